"""The yardstick: a bare Django project without middleware that does the least possible."""
