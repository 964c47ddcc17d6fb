"""Pinfold keeps unpinned AI workloads out of a Kubernetes cluster."""

__version__ = "0.1.0"
