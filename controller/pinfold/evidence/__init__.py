"""Adapters to what is outside: registries and hubs. Each has a deadline and speaks our errors."""
