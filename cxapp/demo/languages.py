"""Who of the demo's customers reads another language: of those whose words nobody has read."""

from collections.abc import Mapping

from cxapp.demo.story.records import Story

# One in twelve of the silent ones, so that the story's answers and their digits stay as they are.
EVERY = 12
OTHERS = ("de", "fr", "es", "ar", "pt", "it", "hi", "nl", "tr", "ja", "he", "zh")


def languages_of(story: Story) -> Mapping[str, str]:
    """Return the language of each customer by her key, as far as it is not the story's own."""
    heard = {ask.customer for ask in story.asks if ask.answer is not None}
    silent = [one.key for one in story.customers if one.key not in heard and one.language == "en"]
    chosen = silent[::EVERY]
    return {key: OTHERS[number % len(OTHERS)] for number, key in enumerate(chosen)}
