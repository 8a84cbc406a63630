"""The performance figures: each a ratio of the product to a yardstick, taken in one run."""
