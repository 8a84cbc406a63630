"""The journal: what this product did, and who still has to react to it."""
