"""What operators see of a running installation: health, metrics, log lines."""
