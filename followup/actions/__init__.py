"""What changes webhooks and alerts."""
