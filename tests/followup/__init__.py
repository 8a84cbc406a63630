"""Webhooks and alerts."""
