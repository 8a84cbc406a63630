"""Each decision in words: what decided, with its figures, and from when somebody may be asked."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from surveys.rules.asking import Rule

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_WORDS: dict[Rule, str] = {
    Rule.ASKED: "Asked.",
    Rule.PROGRAMME_OFF: "Not asked: the programme was switched off.",
    Rule.IMPORTED: "Not asked: it was imported, and history never sends.",
    Rule.TOO_OLD: "Not asked: it was {days} old when it was recorded; after {oldest} nobody is"
    " asked any more.",
    Rule.ARCHIVED: "Not asked: the customer is archived.",
    Rule.NO_ADDRESS: "Not asked: no e-mail address is known.",
    Rule.OPTED_OUT: "Not asked: the customer asked us to stop.",
    Rule.BOUNCED: "Not asked: the address does not exist.",
    Rule.COMPLAINED: "Not asked: the customer reported our mail as spam.",
    Rule.WRONG_PERSON: "Not asked: our mail reached somebody else; the address is to be checked.",
    Rule.STOPPED_BY_STAFF: "Not asked: a colleague stopped mail to this address.",
    Rule.REFUSED: "Not asked: the customer refused on {refused_on}.",
    Rule.NO_BASIS: "Not asked: nothing says why this person may be asked, and only people with a"
    " recorded legal basis are.",
    Rule.HELD_OUT: "Not asked: one of the {percent} % of customers who are never asked, so that"
    " it can be seen what asking does.",
    Rule.CONDITION: "Not asked: this programme asks only where {condition}.",
    Rule.NOT_DRAWN: "Not asked: not among the {percent} % who are drawn.",
    Rule.ALL_PAUSED: "Not asked: all sending is paused.",
    Rule.RESTING: "Not asked: this programme asked on {last_asked_on} and rests for {days}.",
    Rule.OUTRANKED: "Not asked: a programme that comes first asks about the same contact;"
    " {days} must lie between two surveys.",
    Rule.GAVE_WAY: "Not asked: it was planned for a later day and made way on {gave_way_on} for a"
    " programme that comes first.",
    Rule.ASKED_RECENTLY: "Not asked: this address was asked on {last_asked_on}; {days} must lie"
    " between two surveys.",
    Rule.KEPT_FREE: "Not asked: the relationship survey is due on {slot_on}, and the {days} before"
    " it are kept free.",
    Rule.TRIAL: "Sent by a colleague to try the survey; it is in no figure.",
    Rule.TEST_KEY: "Not asked: a test key reported it; with a live key the customer would be.",
    Rule.NOTHING_TO_ASK: "Not asked: the programme's survey has no published questions yet.",
    Rule.NO_MOMENT: "Not asked: no sending hour comes before the question would expire.",
}
# What was not yet noted when a decision was stored long ago.
_MISSING: Mapping[str, Any] = {"oldest": 7}


def words(rule: str, facts: dict[str, Any], again_on: date | None) -> str:
    """Say a decision in one or two sentences, with the day from which the customer may be asked."""
    said = _SAID.get(Rule(rule))
    sentence = said(facts) if said else _filled(Rule(rule), facts)
    if again_on is None:
        return sentence
    if _holds_longer(facts, again_on):
        return f"{sentence} Eligible from {_day(again_on)}: other limits hold until then."
    return f"{sentence} Eligible from {_day(again_on)}."


def _holds_longer(facts: Mapping[str, Any], again_on: date) -> bool:
    """Whether the day is later than the rest that is told, which would look like a mistake."""
    asked_on = facts.get("last_asked_on") or facts.get("planned_on")
    if asked_on is None or "days" not in facts:
        return False
    return again_on > date.fromisoformat(asked_on) + timedelta(days=facts["days"] + 1)


def counted(count: int, what: str) -> str:
    """Write 1 day and 7 days."""
    return f"{count} {what if count == 1 else what + 's'}"


def _filled(rule: Rule, facts: Mapping[str, Any]) -> str:
    told = {**_MISSING, **facts}
    return _WORDS[rule].format_map({key: _word(key, value) for key, value in told.items()})


def _asked(facts: Mapping[str, Any]) -> str:
    if "instead_of" in facts:
        return "Asked, in place of a survey that was planned for later."
    if "percent" in facts:
        return f"Asked: among the {facts['percent']} % who are drawn."
    return _WORDS[Rule.ASKED]


def _resting(facts: Mapping[str, Any]) -> str:
    if "planned_on" not in facts:
        return _filled(Rule.RESTING, facts)
    day = _word("_on", facts["planned_on"])
    rest = _word("days", facts["days"])
    return f"Not asked: this programme asks on {day} already and rests for {rest}."


def _asked_recently(facts: Mapping[str, Any]) -> str:
    if "planned_on" not in facts:
        return _filled(Rule.ASKED_RECENTLY, facts)
    day = _word("_on", facts["planned_on"])
    return (
        f"Not asked: this address is to be asked on {day} already; {_word('days', facts['days'])}"
        " must lie between two surveys."
    )


def _paused(facts: Mapping[str, Any]) -> str:
    until = f"until {_word('_on', facts['until_on'])}" if "until_on" in facts else "for now"
    parts = ("no surveys", facts["whom"], until)
    return f"Not asked: {facts['reason']}; {' '.join(filter(None, parts))}."


def _kept_free(facts: Mapping[str, Any]) -> str:
    if "arrives_on" not in facts:
        return _filled(Rule.KEPT_FREE, facts)
    slot_on, arrives_on = (_word("_on", facts[name]) for name in ("slot_on", "arrives_on"))
    return (
        f"Not asked: it would arrive on {arrives_on}; the relationship survey is due on {slot_on},"
        f" and {_word('days', facts['days'])} must lie between two surveys."
    )


def _kept_place(facts: Mapping[str, Any]) -> str:
    service, kept, planned = facts["service"], facts["kept"], facts.get("planned", 0)
    if not service and not planned:
        return "Not asked: every survey of a year is kept for the relationship survey."
    surveys = "survey" if service == 1 else "surveys"
    coming = f" and {_number(planned)} planned" if planned else ""
    return (
        f"Not asked: {_number(service)} service {surveys} this year{coming};"
        f" {_number(kept)} kept for the relationship survey."
    )


def _asked_enough(facts: Mapping[str, Any]) -> str:
    asked, planned = facts["asked"], facts.get("planned", 0)
    coming = f" and {planned} planned" if planned else ""
    verb = "is" if asked + planned == 1 else "are"
    return f"Not asked: {counted(asked, 'survey')} in the last twelve months{coming} {verb} enough."


def _company_asked(facts: Mapping[str, Any]) -> str:
    days, people = facts["days"], facts["people"]
    last = "day" if days == 1 else f"{days} days"
    coming = f" or are to be asked ({facts['planned']})" if "planned" in facts else ""
    return (
        f"Not asked: enough people of the company were asked in the last {last} ({people}){coming}."
    )


def _no_address(facts: Mapping[str, Any]) -> str:
    if facts.get("by") == "sms":
        return "Not asked: no mobile number is known that a text could be sent to."
    return _WORDS[Rule.NO_ADDRESS]


def _bounced(facts: Mapping[str, Any]) -> str:
    if facts.get("by") == "sms":
        return "Not asked: no text can be sent to the number."
    return _WORDS[Rule.BOUNCED]


_SAID: dict[Rule, Callable[[Mapping[str, Any]], str]] = {
    Rule.ASKED: _asked,
    Rule.NO_ADDRESS: _no_address,
    Rule.BOUNCED: _bounced,
    Rule.PAUSED: _paused,
    Rule.RESTING: _resting,
    Rule.ASKED_RECENTLY: _asked_recently,
    Rule.KEPT_FREE: _kept_free,
    Rule.KEPT_PLACE: _kept_place,
    Rule.ASKED_ENOUGH: _asked_enough,
    Rule.COMPANY_ASKED: _company_asked,
}


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _word(key: str, value: Any) -> str:
    if key in {"days", "oldest"}:
        return counted(value, "day")
    return _day(date.fromisoformat(value)) if key.endswith("_on") else str(value)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
