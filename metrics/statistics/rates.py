"""The change of a response rate, judged as scores are."""

from metrics.statistics.planning import needed_for_share
from metrics.statistics.proportions import Share, newcombe
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import Verdict, judge

SMALLEST_CHANGE = 0.02
CHANGE_TO_SEE = 0.10


def change_of_rate(now: Share, before: Share) -> Verdict | None:
    """Name the change of the share who answered; None under 25 asked on either side.

    Newcombe 1998b, *Stat. Med.* 17:873-890, method 10. Only questions whose time is over may
    be compared: the young ones of a period are still being answered.
    """
    if min(now.n, before.n) < Tier.SMALL_SAMPLE:
        return None
    difference = newcombe(now, before)
    assert difference is not None
    return judge(
        difference,
        smallest_change=SMALLEST_CHANGE,
        needed_n=needed_for_share(now, CHANGE_TO_SEE),
    )
