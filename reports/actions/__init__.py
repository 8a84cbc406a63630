"""What this stage stores: drawn pictures."""
