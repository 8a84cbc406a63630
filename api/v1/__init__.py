"""Version 1: one module for each resource, its form, its shape and its endpoints together."""
