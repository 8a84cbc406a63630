"""What this stage does: draw the pictures of pages, hand answers and figures out as files."""
