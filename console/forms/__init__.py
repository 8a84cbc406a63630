"""What people fill in, checked before anything is changed."""
