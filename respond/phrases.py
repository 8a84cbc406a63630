"""The fixed sentences of these pages, outside any survey; what stands here is translated.

Whoever adds a sentence adds its name in capitals here, shows it by `say`, and runs
`manage.py catalogues`, which asks for its translations.
"""

from kit import catalogues

CLOSED = "This question is closed or was already answered."
REPLY = "If you want to tell us something, reply to our mail."
NOT_SENT = "Not sent. Your words are still here. Please press Send again."
NOT_SENT_CHOICE = "Not sent. What you chose is still here. Please press Send again."
NOT_NOW = "Not sent: we cannot take answers right now. Please press Send again in a minute."
TOO_MANY = (
    "Not sent: many answers are arriving from where you are. What you chose is still here. "
    "Please press Send again in {minutes} min."
)
NOT_HERE = "This question does not live at this address."
NOT_READY = "We cannot open this question right now."
LATER = "Please open the link again in a few minutes."
TOO_MUCH = "Not sent: that is more than fits on this page."
GO_BACK = "Please go back and shorten your words."
UNREADABLE = "Not sent: we could not read what arrived."
TRY_AGAIN = "Please open the link in our mail again."
YOUR_WORDS = "Your words"
YOUR_WORDS_AT = "Your words, {number}"
SEND = "Send"
LANGUAGE = "Language"

# In the widget on other pages.
CLOSE = "Close"
ONE_QUESTION = "{organisation} has one question for you"

# Behind an unsubscribe link.
STOP = "Stop these questions?"
STOP_MEANS = "We will not send you such questions again. Other mails are not changed by this."
STOPPED = "We will not send you such questions again."
STOPPED_ONE = "We will not ask you about {kind} again."
STILL = "You may still get questions about other things."
ONLY = "Only stop those about {kind}"
CHOOSE = "Choose what we may ask you about"
NOTHING = "With nothing ticked we never ask you again."
SAVE = "Save"
SAVED = "Saved."
UNDO = "Undo"
UNDONE = "Undone. We may ask you again."
STOP_ALL = "Stop all questions"
STOP_THEM = "Stop them"


def say(language: str, phrase: str, **values: object) -> str:
    """Return a phrase of this module in the language, with its values in."""
    said = catalogues.say(language, "page", phrase)
    return said.format(**values) if values else said
