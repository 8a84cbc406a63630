"""Every point at which the product may be killed, and what may then become of the mail there."""

# Past its fence nobody can know of a mail any more, until evidence comes.
CERTAIN = {"sent"}
DOUBTED = {"uncertain"}
PROVEN = {"sent"}  # it was in doubt, had arrived, and its answer said so

POINTS: dict[str, set[str]] = {
    # a report comes in
    "interaction.begun": CERTAIN,
    "interaction.stored": CERTAIN,
    "api.before_commit": CERTAIN,
    "api.committed": CERTAIN,
    # the journal tells who must react; whether to ask is decided
    "dispatch.claimed": CERTAIN,
    "asking.judged": CERTAIN,
    "asking.stored": CERTAIN,
    "asking.published": CERTAIN,
    "dispatch.reacted": CERTAIN,
    "dispatch.before_commit": CERTAIN,
    "dispatch.committed": CERTAIN,
    # the drain takes the mail up
    "email.recovering": CERTAIN,
    "email.recovered": CERTAIN,
    "email.claiming": CERTAIN,
    "email.claimed": CERTAIN,
    "email.written": CERTAIN,
    # the conversation with the mail server
    "smtp.connected": CERTAIN,
    "smtp.greeted": CERTAIN,
    "smtp.sender": CERTAIN,
    "smtp.recipient": CERTAIN,
    "email.before_fence": CERTAIN,
    "email.after_fence": DOUBTED,
    "smtp.data": DOUBTED,
    "smtp.body": DOUBTED,
    "smtp.dot": DOUBTED | PROVEN,
    "smtp.answered": PROVEN,
    "email.before_sent_commit": PROVEN,
    "email.after_sent_commit": CERTAIN,
    # the customer answers
    "answer.received": CERTAIN,
    "answer.stored": CERTAIN,
    "reason.stored": CERTAIN,
    # the answer is counted
    "fold.begun": CERTAIN,
    "fold.named": CERTAIN,
    "fold.counted": CERTAIN,
}
# Where a worker may be killed while it makes a file: never half of one is offered.
EXPORTS = ("export.claimed", "export.kept", "export.before_ready")
# Where a worker may be killed while a file comes in: it has come in whole all the same.
IMPORTS = ("import.claimed", "import.stored", "import.before_commit")
