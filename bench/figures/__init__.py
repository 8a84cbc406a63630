"""One module for each group of figures; the names are those of `make bench ONLY=name`."""
