"""Plain rules about asking and answering, without Django, clock or network."""
