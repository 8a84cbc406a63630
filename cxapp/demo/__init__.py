"""Acme Mobile, the invented company that shows what the product is for."""
