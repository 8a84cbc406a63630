"""What an anonymous survey says of itself: true whatever an organisation writes, so it writes none.

Each sentence stands in the catalogues as "anonymous." and its name.
"""

from collections.abc import Mapping

PLACE = "anonymous"
SAID: Mapping[str, str] = {
    "promise": "Your name is not stored with your answer. Small groups are never shown.",
    "kept": "What is kept: your answer and its month.",
    "kept_with": "What is kept: your answer, its month and this about you: {kept}.",
    "once": "It is known that you answered, so that no reminder comes. Nobody can find your "
    "answer again: it cannot be changed or taken out.",
    "why": "What is the main reason?",
    "careful": "Others will read your words: leave out what only you could know.",
    "too_long": "Not sent yet: your words are {length} characters long and {most} fit. "
    "All of them are still here; please shorten them and press Send again.",
    "hidden": "Some characters that cannot be seen were taken out. "
    "Please look at your words and press Send again.",
    "thanks": "Thank you. Your answer is stored without your name.",
    "open": "Open the question",
}
