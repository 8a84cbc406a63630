"""What changes an organisation, its members, keys and letters."""
