"""The servers that are read, one file each, listed by hand."""
