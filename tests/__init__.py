"""What the product promises, in the order of its packages."""
