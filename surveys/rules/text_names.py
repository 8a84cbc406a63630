"""The texts of a survey as its editor lays them out: names, order, the variables they know."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.rules.metrics import SCALES, Metric
from surveys.rules.wording import VARIABLES, WordingRefused, check, variables_in

# Known of whoever is asked, where she was asked, and when: a page knows less than a mail.
OCCASION = ("organisation", "what", "topic", "my_task", "your_task", "did", "team")
IN_MAILS = (*OCCASION, "when", "reason", "first_name", "sender", "role")
SCORED = ("score", *OCCASION)
COUNTED = ("length", "most", *OCCASION)
UNTIL = ("until", *SCORED)
LINES = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One text by its key: what it is called, where it stands, which variables have a value."""

    key: str
    name: str
    variables: tuple[str, ...] = OCCASION
    is_long: bool = False


PARTS: Mapping[str, tuple[str, tuple[Text, ...]]] = {
    "question": (
        "The question",
        (
            Text("question", "Question, in mail and on the page", is_long=True),
            Text("choose", "Before a choice"),
            Text("chose", "After a choice", SCORED),
            Text("send_plain", "Button without a choice"),
            Text("send", "Button with a choice", SCORED),
            Text("named", "Who sees the answer"),
            Text("no_score", "Sent without a choice"),
            Text("one_more_tap", "A machine is suspected: one more tap"),
            Text("yes_send", "A machine is suspected: button", SCORED),
        ),
    ),
    "mail": (
        "The mail",
        (
            Text("subject", "Subject", IN_MAILS),
            Text("preheader", "Line that stands beside the subject", IN_MAILS),
            Text("from_name", "Sender's name", IN_MAILS),
            Text("greeting", "Greeting", IN_MAILS),
            Text("occasion", "What it is about", IN_MAILS, is_long=True),
            Text("opens", "What a choice does", IN_MAILS),
            Text("open_line", "The same in mails of plain text", IN_MAILS),
            Text("signature", "Signature", IN_MAILS),
            Text("reply", "About replying", IN_MAILS),
            Text("reply_unread", "When replies are not read", IN_MAILS),
            Text("because", "Why this person gets it", IN_MAILS),
            Text("stop", "Link that stops the questions", IN_MAILS),
            Text("privacy", "Link to the privacy page", IN_MAILS),
            Text("reminder_subject", "Reminder: subject", IN_MAILS),
            Text("reminder", "Reminder: what it is about", IN_MAILS, is_long=True),
        ),
    ),
    "reason": (
        "Reason and thanks",
        (
            Text("counted", "Heading of the second step", SCORED),
            Text("why_low", "Reason, low scores", is_long=True),
            Text("why_middle", "Reason, middle scores", is_long=True),
            Text("why_high", "Reason, high scores", is_long=True),
            Text("hint", "Under a box for words"),
            Text("no_answer", "Leaving a question out"),
            Text("feeling", "The feeling", is_long=True),
            Text("valued", "Feeling: valued", ()),
            Text("appreciated", "Feeling: appreciated", ()),
            Text("respected", "Feeling: respected", ()),
            Text("annoyed", "Feeling: annoyed", ()),
            Text("disappointed", "Feeling: disappointed", ()),
            Text("frustrated", "Feeling: frustrated", ()),
            Text("contact", "Whether we may contact", is_long=True),
            Text("contact_email", "Contact: by e-mail", ()),
            Text("contact_phone", "Contact: by phone", ()),
            Text("contact_no", "Contact: no", ()),
            Text("add", "Button with words"),
            Text("nothing_more", "Button without words"),
            Text("thanks_low", "Thanks, low scores", is_long=True),
            Text("thanks_low_no", "Thanks, low scores, no contact wished", is_long=True),
            Text("thanks_middle", "Thanks, middle scores", is_long=True),
            Text("thanks_high", "Thanks, high scores", is_long=True),
            Text("changed", "What answers have changed", ("note", *OCCASION), is_long=True),
            Text("until", "Until when the answer can be changed", UNTIL, is_long=True),
            Text("review", "Before the link to a review, the same for everybody", is_long=True),
            Text("review_link", "The link to a review"),
            Text("close_page", "At the end"),
            Text("hidden", "Characters that cannot be seen", is_long=True),
            Text("too_long", "Too many words", COUNTED, is_long=True),
            Text("not_stored", "It could not be stored, in a widget", is_long=True),
        ),
    ),
    "again": (
        "The same link again",
        (
            Text(
                "answered", "What was sent, and until when it can be changed", UNTIL, is_long=True
            ),
            Text("change_words", "Link to the words"),
            Text("not_me", "This was not me: link"),
            Text("not_me_ask", "This was not me: heading", is_long=True),
            Text("not_me_what", "This was not me: what happens", is_long=True),
            Text("not_me_send", "This was not me: button"),
            Text("not_me_back", "This was not me: way back"),
            Text("not_me_done", "This was not me: it is done", is_long=True),
            Text("not_me_undo", "This was not me: undo"),
            Text("not_me_undone", "This was not me: undone", is_long=True),
        ),
    ),
}
NAMES = {text.key: text for _, texts in PARTS.values() for text in texts}
POINT, QUESTION = "point_", "q"


def text_of(key: str) -> Text:
    """Return what is known of a text, be it of the wording, a point of the scale or a question."""
    if key in NAMES:
        return NAMES[key]
    if key.startswith(POINT):
        return Text(key, f"Words at {key.removeprefix(POINT)}", ())
    number, _, part = key.removeprefix(QUESTION).partition(".")
    ends = {"": "", "low": ", words at 1", "high": ", words at 5"}
    return Text(key, f"Question {number}{ends.get(part, f', choice {part}')}")


def points_of(metric: Metric) -> list[Text]:
    """The points of the scale that carry words: translated, but in the main language fixed."""
    return [text_of(f"{POINT}{point}") for point in SCALES[metric].labels]


def check_known(key: str, text: str) -> None:
    """Refuse variables that are unknown where this text stands; raises WordingRefused."""
    known = text_of(key)
    check(known.name, text)
    for name in variables_in(text):
        if name not in known.variables:
            offered = ", ".join(f"{{{one}}}" for one in known.variables) or "none"
            raise WordingRefused(
                f"{known.name}: {{{name}}} has no value here. Known here: {offered}."
            )


def examples(key: str) -> list[tuple[str, str]]:
    """The variables of a text with what one of them could say."""
    return [(name, VARIABLES[name]) for name in text_of(key).variables]
