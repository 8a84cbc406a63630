"""Who looked after a bad answer: the cases that Acme's people took, answered and closed."""

from cxapp.demo.story.calendar import DAY, DAYS, is_weekend, progress_of
from cxapp.demo.story.draws import Draw, Draws
from cxapp.demo.story.records import Answer, Ask, Case
from cxapp.demo.story.setting import RELATIONSHIP, SERVICE
from cxapp.demo.story.staff import COMPLAINTS

# The share of bad answers that somebody takes: as it happened, then "One owner per complaint".
TAKEN, TAKEN_SINCE, OWNED_SINCE = 0.3, 0.6, 13.0
BAD = {RELATIONSHIP.key: 6, SERVICE.key: 2}
OFFICE_OPENS, OFFICE_HOURS = 9 * 3600, 8 * 3600
REPLIES = (
    "rang and explained it",
    "put it right and wrote back",
    "said sorry and credited the amount",
    "passed it to the team that can change it and wrote back",
)
END = DAYS * DAY


def case_of(draws: Draws, ask: Ask) -> Case | None:
    """The case that this answer became, if anybody took it."""
    if ask.answer is None or not _is_bad(ask.programme, ask.answer):
        return None
    draw = draws.of("ask", ask.key, "taken")
    is_owned = progress_of(ask.at // DAY) >= OWNED_SINCE
    return look_after(draws, ask) if draw.chance(TAKEN_SINCE if is_owned else TAKEN) else None


def _is_bad(programme: str, answer: Answer) -> bool:
    is_human = answer.shown.verdict == "human"
    return is_human and programme in BAD and answer.shown.score <= BAD[programme]


def look_after(draws: Draws, ask: Ask, owner: str = "") -> Case | None:
    """A case from the answer to its end, as far as it came before the story ended."""
    if ask.answer is None:
        return None
    draw = draws.of("case", ask.key, "course")
    taken_by, reply = draw.one(COMPLAINTS), draw.one(REPLIES)
    opened = ask.answer.shown.at + 60
    replied = _in_the_office(opened // DAY + 1 + draw.below(4), draw)
    closed = _in_the_office(replied // DAY + 1 + draw.below(9), draw)
    return Case(owner or taken_by, opened, _until_now(replied), _until_now(closed), reply)


def _in_the_office(day: int, draw: Draw) -> int:
    while is_weekend(day):
        day += 1
    return day * DAY + OFFICE_OPENS + draw.below(OFFICE_HOURS)


def _until_now(second: int) -> int | None:
    return second if second < END else None
