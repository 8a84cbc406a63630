"""What this stage says to the outside: letters to staff."""
