"""Following a package's source to the options of its command line."""
