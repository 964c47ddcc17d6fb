"""A real Kubernetes control plane with simulated nodes, on 127.0.0.1 and without containers."""
