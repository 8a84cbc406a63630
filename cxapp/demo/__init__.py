"""Acme Mobile, the invented company that shows what the product is for."""

OWNER = "maya@acme.example"
PASSWORD = "tell-us-how-it-went"  # noqa: S105 - no secret: printed, filled in, on loopback only
