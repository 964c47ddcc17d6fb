"""Objects of other kinds than Kubernetes' own: their PodSpecs, and what their own fields name."""
