"""Commands of measuring."""
