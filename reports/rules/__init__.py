"""Plain rules about what figures are called and how they are written."""
