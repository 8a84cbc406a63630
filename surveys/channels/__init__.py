"""How words and mails leave the building."""
