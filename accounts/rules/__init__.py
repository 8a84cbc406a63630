"""Plain rules about people: what a role may do, what a zone or an address must look like."""
