"""What a customer reads: the default English texts of each metric, and how values enter them.

A text may hold variables and optional parts:

- ``{organisation}`` is replaced by its value; ``{what|the help you got}`` falls back to the words
  behind the bar when the value is missing;
- ``[On {when} you {did}.]`` goes as a whole when a value inside it is missing.

Values are put in once and never read as a text again: a customer whose name is ``{sender}`` is
greeted by just that name.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from surveys.rules.metrics import Group, Metric
from surveys.rules.words import one_line

# What each variable stands for, as the editor explains it.
VARIABLES: Mapping[str, str] = {
    "organisation": "Acme Mobile",
    "what": "the help with your bill on Tuesday",
    "topic": "your bill",
    "my_task": "sort out my bill",
    "your_task": "sort out your bill",
    "when": "Tuesday",
    "did": "talked to us about your bill",
    "reason": "contacted us on 3 May",
    "first_name": "Ada",
    "sender": "Maya Chen",
    "role": "Head of customer care",
    "team": "the billing team",
    "score": "4",
    "length": "10,001",
    "most": "10,000",
    "note": "we now explain the first bill",
    "until": "26 May 2026",
}
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
# French puts a space before these marks and inside its quotes; no line may break there.
_TOGETHER = re.compile(r"(?<=«) | (?=[»?!:;])")
_VARIABLE = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")


class WordingRefused(ValueError):
    """A text cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Every text of one survey, in the order in which a customer meets them."""

    subject: str
    question: str
    why_low: str
    why_middle: str
    why_high: str

    # The mail.
    reminder_subject: str = "Your view on {organisation|us}: still one question"
    preheader: str = "One tap, then Send. About 30 seconds."
    from_name: str = "[{sender} at ]{organisation}"
    greeting: str = "Hello[ {first_name}],"
    occasion: str = "[On {when} you {did}.]"
    reminder: str = (
        "A few days ago I asked you one question and would still like your view. "
        "This is the only reminder."
    )
    opens: str = "Your choice opens a page where you press Send."
    open_line: str = "Open the line that fits, then press Send:"
    signature: str = "[{sender}[, {role}]]"
    reply: str = "Reply to this mail and a person reads it."
    reply_unread: str = "Replies to this mail are not read; the link is the way to tell us."
    because: str = "You get this because you {reason|are our customer}."
    stop: str = "Stop these questions"
    privacy: str = "Privacy"

    # The page, step one.
    chose: str = "You chose {score}. It counts when you press Send."
    choose: str = "Choose one. It counts when you press Send."
    send: str = "Send my {score}"
    send_plain: str = "Send"
    named: str = "{organisation} sees your answer together with your name."
    no_score: str = "Nothing is sent yet. Please choose one, then press Send."
    one_more_tap: str = "One more tap so that we know it was you:"
    yes_send: str = "Yes, send my {score}"

    # The page, step two, and after.
    counted: str = "Thank you, your {score} is counted."
    hint: str = "Please leave out passwords and card numbers."
    no_answer: str = "No answer"
    feeling: str = "How did we make you feel? Choose any that fit, or none."
    valued: str = "Valued"
    appreciated: str = "Appreciated"
    respected: str = "Respected"
    annoyed: str = "Annoyed"
    disappointed: str = "Disappointed"
    frustrated: str = "Frustrated"
    contact: str = "May someone from {organisation|us} contact you about this?"
    contact_email: str = "Yes, by e-mail"
    contact_phone: str = "Yes, by phone"
    contact_no: str = "No"
    add: str = "Add this"
    nothing_more: str = "No more to say"
    hidden: str = (
        "Some characters that cannot be seen were taken out. "
        "Please look at your words and press Add this again."
    )
    too_long: str = (
        "Not sent yet: your words are {length} characters long and {most} fit. "
        "All of them are still here; please shorten them and press Add this again."
    )
    not_stored: str = "Not sent. What you chose and wrote is still here. Please try again."
    thanks_low: str = "Thank you for telling us. We read every answer."
    thanks_low_no: str = "Thank you for telling us. We will not contact you about it."
    thanks_middle: str = "Thank you. We will work on it."
    thanks_high: str = "Thank you. We will pass it on to {team|the people who helped you}."

    changed: str = "[Because of answers like yours: {note}.]"
    until: str = "You can change your answer until {until} with the same link."
    review: str = "You can also tell others, whatever you think of us."
    review_link: str = "Write a public review"
    close_page: str = "You can close this page."

    # The same link again, while the answer may be changed.
    answered: str = (
        "You have sent {score}. Until {until} you can change it, and your words, with this link."
    )
    change_words: str = "Change only my words"

    # Whoever reads this mail is not the one who was asked.
    not_me: str = "This was not me"
    not_me_ask: str = "Somebody else answered, or we wrote to the wrong person?"
    not_me_what: str = (
        "Press the button: the answer is taken out, and we ask nobody at this address "
        "until we have checked it."
    )
    not_me_send: str = "Yes, take the answer out"
    not_me_back: str = "No, the answer is mine"
    not_me_done: str = "Thank you. Your answer was taken out and we will check the address."
    not_me_undo: str = "Put the answer back"
    not_me_undone: str = "Your answer is back."

    def why(self, group: Group) -> str:
        return {"low": self.why_low, "middle": self.why_middle, "high": self.why_high}[group]

    def thanks(self, group: Group) -> str:
        return {
            "low": self.thanks_low,
            "middle": self.thanks_middle,
            "high": self.thanks_high,
        }[group]


_SATISFACTION = Wording(
    subject="How did we do[ with {topic}]?",
    question="How satisfied were you with {what|the help you got}?",
    why_low="What went wrong?",
    why_middle="What was missing?",
    why_high="What did we do well?",
)
DEFAULTS: Mapping[Metric, Wording] = {
    Metric.NPS: Wording(
        subject="One question about {organisation|us}",
        question="How likely are you to recommend {organisation|us} to a friend or colleague?",
        why_low="What is the main reason, and what should we put right first?",
        why_middle="What would have made it a 9 or a 10?",
        why_high="What do you value most?",
        thanks_high="Thank you. We will pass it on to {team|everybody here}.",
    ),
    Metric.CSAT: _SATISFACTION,
    Metric.FACES: _SATISFACTION,
    Metric.CES: Wording(
        subject="Was it easy to {your_task|get done what you wanted}?",
        question="{organisation|The company} made it easy for me to "
        "{my_task|get done what I wanted}.",
        why_low="What made it hard?",
        why_middle="What made it hard?",
        why_high="What made it easy?",
    ),
}


_COMMON = {one.name: one.default for one in fields(Wording)}


def place_of(metric: Metric, name: str) -> str:
    """Where a text stands, as the catalogues call it: the metric belongs to it where it differs."""
    own = getattr(DEFAULTS[metric], name) != _COMMON[name]
    return f"{metric.family.value}.{name}" if own else name


def wording_for(
    metric: Metric, changes: Mapping[str, str] | None = None, default: Wording | None = None
) -> Wording:
    """The metric's texts with an organisation's own in place of some of them."""
    default = default or DEFAULTS[metric]
    if not changes:
        return default
    unknown = sorted(changes.keys() - asdict(default).keys())
    if unknown:
        raise WordingRefused(f"There is no text named {', '.join(unknown)}.")
    for name, text in changes.items():
        check(name, text)
    return replace(default, **changes)


def check(name: str, text: str) -> None:
    """Refuse a text that would show its braces or brackets to a customer."""
    for variable, _ in _VARIABLE.findall(text):
        if variable not in VARIABLES:
            raise WordingRefused(f"{name}: there is no variable {{{variable}}}.")
    rest = _without_optional(_VARIABLE.sub("", text))
    if any(mark in rest for mark in "{}[]"):
        raise WordingRefused(f"{name}: a brace or bracket is open or nested too deep.")


def variables_in(text: str) -> list[str]:
    """The names of the variables in a text."""
    return [name for name, _ in _VARIABLE.findall(text)]


def _without_optional(text: str) -> str:
    # Twice, because an optional part may hold another one.
    return _OPTIONAL.sub(r"\1", _OPTIONAL.sub(r"\1", text))


def known_values(values: Mapping[str, str | None]) -> dict[str, str]:
    """The values that say something, each fit for the middle of a sentence."""
    lines = {name: one_line(value) for name, value in values.items() if value}
    return {name: line for name, line in lines.items() if line}


def fill(text: str, known: Mapping[str, str]) -> str:
    """`text` with `known` values (see `known_values`) put in, always one line."""
    if "[" in text:
        text = _kept(_kept(text, known), known)
    filled = _VARIABLE.sub(lambda found: known.get(found[1]) or found[2] or "", text)
    return _TOGETHER.sub("\u00a0", " ".join(filled.split()))


def _kept(text: str, known: Mapping[str, str]) -> str:
    """`text` without its innermost optional parts that lack a value."""

    def keep(part: re.Match[str]) -> str:
        needed = (name for name, instead in _VARIABLE.findall(part[1]) if not instead)
        return part[1] if all(name in known for name in needed) else ""

    return _OPTIONAL.sub(keep, text)
