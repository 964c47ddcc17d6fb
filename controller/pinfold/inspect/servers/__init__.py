"""What each model server loads: a file a server, data and declarations alone."""
