"""Commands of `manage.py` about surveys."""
