"""Programs that fetch a model before a server loads it, declared as servers are."""
