"""Ask and answer: customers, touchpoints, programmes, decisions, invitations, responses."""
