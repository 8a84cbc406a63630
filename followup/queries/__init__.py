"""What is read for webhooks and alerts."""
