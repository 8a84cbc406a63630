"""The demo's mailbox: an SMTP server that keeps every mail, and pages to read them."""
