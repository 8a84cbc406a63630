"""The filled texts of a survey's pages, kept in memory: they are the same for all who are asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from surveys.queries.asked import Asked
from surveys.rules.contents import labels_in, wording_in
from surveys.rules.feelings import Contact, Feeling
from surveys.rules.metrics import SCALES, Group, Metric, Scale
from surveys.rules.occasions import Occasion, occasion_values
from surveys.rules.wording import Wording, fill, known_values, wording_for
from surveys.rules.words import LONGEST_COMMENT

SENTENCES = (
    "question",
    "choose",
    "send_plain",
    "named",
    "no_score",
    "one_more_tap",
    "hint",
    "no_answer",
    "feeling",
    *(one.value for one in Feeling),
    "contact",
    *(f"contact_{one}" for one in Contact),
    "add",
    "nothing_more",
    "hidden",
    "close_page",
    "not_stored",
    "stop",
)


@dataclass(frozen=True, slots=True)
class Board:
    """Every text of one survey at one occasion; what needs a score is asked for by name."""

    wording: Wording
    scale: Scale
    known: dict[str, str]
    texts: dict[str, str]
    points: list[dict[str, Any]]
    ends: tuple[str, str]

    def say(self, name: str, **values: object) -> str:
        more = {key: str(value) for key, value in values.items()}
        return fill(getattr(self.wording, name), {**self.known, **more})

    def why(self, score: int) -> str:
        return fill(self.wording.why(self.scale.group(score)), self.known)

    def thanks(self, score: int, contact: str = "") -> str:
        group: Group = self.scale.group(score)
        if group == "low" and contact == Contact.NO:
            return self.say("thanks_low_no")
        return fill(self.wording.thanks(group), self.known)

    def changed(self, note: str) -> list[str]:
        """What answers have changed, as a sentence; none where nothing is said to have changed."""
        note = note.strip().rstrip(".")
        return [self.say("changed", note=note)] if note else []

    def too_long(self, length: int) -> str:
        return self.say("too_long", length=f"{length:,}", most=f"{LONGEST_COMMENT:,}")


def board(asked: Asked) -> Board:
    # Words in another language never stand in a translation: it falls back to its own.
    occasion = Occasion() if asked.language else asked.occasion
    translation = asked.words or "{}"
    return _board(Metric(asked.metric), asked.organisation, occasion, asked.wording, translation)


@lru_cache(maxsize=512)
def _board(
    metric: Metric, organisation: str, occasion: Occasion, changes: str, translation: str
) -> Board:
    words = json.loads(translation)
    wording, scale = wording_in(wording_for(metric, json.loads(changes)), words), SCALES[metric]
    labels = labels_in(metric, words)
    known = known_values({"organisation": organisation, **occasion_values(occasion)})
    return Board(
        wording=wording,
        scale=scale,
        known=known,
        texts={name: fill(getattr(wording, name), known) for name in SENTENCES},
        points=[_point(wording, labels, known, score) for score in scale.scores],
        ends=(_end(labels, scale.lowest), _end(labels, scale.highest)),
    )


def _point(
    wording: Wording, labels: Mapping[int, str], known: dict[str, str], score: int
) -> dict[str, Any]:
    values = {**known, "score": str(score)}
    return {
        "score": score,
        "label": labels.get(score, ""),
        "chose": fill(wording.chose, values),
        "send": fill(wording.send, values),
    }


def _end(labels: Mapping[int, str], score: int) -> str:
    return f"{score} {labels.get(score, '')}"
