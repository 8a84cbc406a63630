"""Sign-in, joining and a person's own security settings."""
