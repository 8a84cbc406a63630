"""Acme Mobile, the invented company that shows what the product is for, and who works there."""

SLUG = "acme-mobile"
OWNER = "maya@acme.example"
PASSWORD = "tell-us-how-it-went"  # noqa: S105 - no secret: printed, filled in, on loopback only
# Role, name and address of everybody who signs in; all of them with the same password.
PEOPLE = (
    ("owner", "Maya Chen", OWNER),
    ("manager", "Tom Ellis", "tom@acme.example"),
    ("responder", "Rita Adeyemi", "rita@acme.example"),
    ("viewer", "Victor Lindqvist", "victor@acme.example"),
)
