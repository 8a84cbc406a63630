"""Rows in the words and shapes that a page shows them in; nothing is counted here."""
