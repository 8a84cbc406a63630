"""Measure: statistics, counted answers, cells and the figures computed from them."""
