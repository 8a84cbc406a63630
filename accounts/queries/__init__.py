"""What can be read about organisations and the people in them."""
