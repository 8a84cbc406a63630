"""Which days are read and which dimensions are counted, without Django."""
