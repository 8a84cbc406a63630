"""What a survey says in a language: an organisation's own words go before the product's."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from functools import lru_cache

from kit.catalogues import day_and_month, say
from surveys.rules import anonymity
from surveys.rules.languages import SOURCE
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.occasions import TOLD, Occasion, is_recent, occasion_values
from surveys.rules.wording import DEFAULTS, Wording, place_of, wording_for


@lru_cache(maxsize=64)
def default_wording(metric: Metric, language: str) -> Wording:
    """Return the product's texts of the metric."""
    default = DEFAULTS[metric]
    texts: dict[str, str] = asdict(default)
    return replace(
        default,
        **{name: say(language, place_of(metric, name), text) for name, text in texts.items()},
    )


def wording_told(
    metric: Metric, language: str, own: Mapping[str, str], words: Mapping[str, str]
) -> Wording:
    """Return what is read: a translation (`words`), else own words, else the product's.

    Own words of the main language go before the product's of the reader's: nobody else knows what
    this survey means to ask.
    """
    wording = wording_for(metric, own, default_wording(metric, language))
    names = asdict(wording).keys() & words.keys()
    return replace(wording, **{name: words[name] for name in names}) if names else wording


def labels_told(metric: Metric, language: str, words: Mapping[str, str]) -> dict[int, str]:
    """Return the words at the points of the scale."""
    return {
        point: words.get(f"point_{point}")
        or say(language, f"{metric.family.value}.point_{point}", label)
        for point, label in SCALES[metric].labels.items()
    }


def anonymous_told(language: str, name: str, **values: str) -> str:
    """Return what every anonymous survey says: nobody's own words take its place."""
    said = say(language, f"{anonymity.PLACE}.{name}", anonymity.SAID[name])
    return said.format(**values) if values else said


def occasion_told(
    occasion: Occasion, language: str, main: str, today: date | None = None
) -> dict[str, str | None]:
    """Return the variables that the occasion knows, as far as they fit into the language.

    What the organisation wrote of its touchpoints is in its main language: no English word stands
    in a German sentence, which falls back to its own words then.
    """
    if language == main == SOURCE:
        return occasion_values(occasion, today)
    own = occasion if language == main else Occasion(on=occasion.on)
    return {
        "topic": own.topic,
        "what": _what(own, language),
        "did": own.deed,
        "when": _when(occasion.on, today, language),
        "reason": _reason(occasion.on, language),
    }


def _what(occasion: Occasion, language: str) -> str:
    if not occasion.topic or not occasion.is_service:
        return occasion.topic
    return _say(language, "occasion.help").format(topic=occasion.topic)


def _when(on: date | None, today: date | None, language: str) -> str | None:
    """The day with what goes before it: these words differ from language to language."""
    if on is None or today is None:
        return None
    if language == SOURCE:
        return occasion_values(Occasion(on=on), today)["when"]
    if is_recent(on, today):
        return _say(language, f"occasion.on_weekday_{on.isoweekday()}")
    return _say(language, "occasion.on_date").format(date=day_and_month(language, on))


def _reason(on: date | None, language: str) -> str | None:
    if on is None:
        return None
    return _say(language, "occasion.contact").format(date=day_and_month(language, on))


def _say(language: str, place: str) -> str:
    return say(language, place, TOLD[place])
