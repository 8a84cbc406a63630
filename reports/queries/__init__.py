"""What pages, digests and exports read: answers with everything that stands beside them."""
