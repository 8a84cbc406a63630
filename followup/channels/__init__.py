"""How webhooks and alerts speak to people: letters and messages to a chat."""
