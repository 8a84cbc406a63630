"""What decides about webhooks and alerts, in plain Python."""
