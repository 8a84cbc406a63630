"""What people are handed: charts and the figures of whole pages."""
