"""What happened at Acme Mobile: drawn from a seed, free of Django, the clock and the anchor."""
