"""What a mail's word from a provider means: the receiver's code first, for good only if said."""

import pytest

from surveys.rules.brakes import LIMITS, Sent, is_too_many
from surveys.rules.reports import Report, report_of

HARD, SOFT = Report.HARD_BOUNCE, Report.SOFT_BOUNCE
BOUNCES, COMPLAINTS = LIMITS


@pytest.mark.parametrize(
    ("event", "more", "report"),
    [
        ("queued", {}, Report.TAKEN),
        ("sent", {}, Report.TAKEN),
        ("deferred", {}, Report.TAKEN),
        ("delivered", {}, Report.DELIVERED),
        ("autoresponded", {}, Report.DELIVERED),
        ("complained", {"reason": "spam"}, Report.COMPLAINED),
        ("unsubscribed", {}, Report.UNSUBSCRIBED),
        ("opened", {}, None),
        ("clicked", {}, None),
        ("unknown", {}, None),
        ("bounced", {"reason": "bounced", "own_words": "hard_bounce"}, HARD),
        ("bounced", {"reason": "bounced"}, HARD),
        ("bounced", {"reason": "bounced", "own_words": "soft_bounce"}, SOFT),
        ("bounced", {"reason": "bounced", "own_words": "SoftBounce"}, SOFT),
        ("bounced", {"reason": "bounced", "own_words": "Transient"}, SOFT),
        ("bounced", {"reason": "invalid"}, HARD),
        ("bounced", {"reason": "timed_out"}, SOFT),
        ("bounced", {"reason": "other"}, SOFT),
        ("rejected", {"reason": "invalid"}, HARD),
        ("rejected", {"reason": "bounced"}, HARD),
        ("rejected", {"reason": "blocked"}, SOFT),
        ("rejected", {"reason": "unsubscribed"}, Report.UNSUBSCRIBED),
        ("failed", {}, SOFT),
        # The receiver's own code decides against the provider's word, both ways.
        ("bounced", {"reason": "bounced", "reply": "550 5.1.1 No such user"}, HARD),
        ("bounced", {"reason": "other", "reply": "smtp; 550-5.2.1 disabled"}, HARD),
        ("bounced", {"reason": "bounced", "reply": "552 5.2.2 Mailbox full"}, SOFT),
        ("bounced", {"reason": "bounced", "reply": "550 5.7.1 Blocked by policy"}, SOFT),
        ("bounced", {"reason": "bounced", "reply": "550 host 10.5.1.1 says no"}, HARD),
    ],
)
def test_an_event_means(event, more, report):
    assert report_of(event, **more) == report


@pytest.mark.parametrize(
    ("limit", "mails", "wrong", "stops"),
    [
        (BOUNCES, 99, 99, False),
        (BOUNCES, 100, 4, False),
        (BOUNCES, 100, 5, True),
        (BOUNCES, 101, 5, False),
        (COMPLAINTS, 999, 50, False),
        (COMPLAINTS, 1000, 0, False),
        (COMPLAINTS, 1000, 1, True),
        (COMPLAINTS, 2001, 2, False),
    ],
)
def test_the_brake_needs_the_share_and_enough_mails(limit, mails, wrong, stops):
    assert is_too_many(limit, Sent(mails=mails, wrong=wrong)) is stops
