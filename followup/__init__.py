"""What happens after an answer: programs are told by webhooks, people by alerts."""
