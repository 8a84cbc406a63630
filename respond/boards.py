"""The filled texts of a survey's pages, kept in memory: they are the same for all who are asked."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from surveys.queries.asked import Asked
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
    "add",
    "nothing_more",
    "hidden",
    "not_stored",
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

    def thanks(self, score: int) -> str:
        group: Group = self.scale.group(score)
        return fill(self.wording.thanks(group), self.known)

    def too_long(self, length: int) -> str:
        return self.say("too_long", length=f"{length:,}", most=f"{LONGEST_COMMENT:,}")


def board(asked: Asked) -> Board:
    return _board(Metric(asked.metric), asked.organisation, asked.occasion, asked.wording)


@lru_cache(maxsize=512)
def _board(metric: Metric, organisation: str, occasion: Occasion, changes: str) -> Board:
    wording, scale = wording_for(metric, json.loads(changes)), SCALES[metric]
    known = known_values({"organisation": organisation, **occasion_values(occasion)})
    return Board(
        wording=wording,
        scale=scale,
        known=known,
        texts={name: fill(getattr(wording, name), known) for name in SENTENCES},
        points=[_point(wording, scale, known, score) for score in scale.scores],
        ends=(_end(scale, scale.lowest), _end(scale, scale.highest)),
    )


def _point(wording: Wording, scale: Scale, known: dict[str, str], score: int) -> dict[str, Any]:
    values = {**known, "score": str(score)}
    return {
        "score": score,
        "label": scale.label(score),
        "chose": fill(wording.chose, values),
        "send": fill(wording.send, values),
    }


def _end(scale: Scale, score: int) -> str:
    return f"{score} {scale.label(score)}"
