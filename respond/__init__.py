"""The door for customers: question, reason, thanks, unsubscribe."""
