"""The filled texts of a survey's pages, kept in memory: they are the same for all who are asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kit.catalogues import number
from surveys.queries.asked import Asked
from surveys.queries.told import labels_told, occasion_told, wording_told
from surveys.rules.faces import FACES
from surveys.rules.feelings import Contact, Feeling
from surveys.rules.languages import kept_apart, quoted
from surveys.rules.metrics import SCALES, Group, Metric, Scale
from surveys.rules.occasions import Occasion
from surveys.rules.text_names import PARTS
from surveys.rules.wording import Wording, fill, known_values
from surveys.rules.words import LONGEST_COMMENT

ON_PAGES = frozenset(text.key for part in PARTS if part != "mail" for text in PARTS[part][1])
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
    "review",
    "review_link",
    "change_words",
    "not_me",
    "not_me_ask",
    "not_me_what",
    "not_me_send",
    "not_me_back",
    "not_me_done",
    "not_me_undo",
    "not_me_undone",
    "not_stored",
    "stop",
)


@dataclass(frozen=True, slots=True)
class Said:
    """In which language, and which of an organisation's own words there are; JSON as stored."""

    language: str
    main: str
    own: str
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """Every text of one survey at one occasion; what needs a score is asked for by name."""

    language: str
    wording: Wording
    scale: Scale
    known: dict[str, str]
    texts: dict[str, str]
    points: list[dict[str, Any]]
    ends: tuple[str, str]
    is_drawn: bool = False

    def named(self, score: int | None) -> object:
        """A score as sentences name it: by its words where nobody saw a number."""
        if not self.is_drawn or score is None:
            return score
        return next(point["named"] for point in self.points if point["score"] == score)

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
        said, most = (number(self.language, each) for each in (length, LONGEST_COMMENT))
        return self.say("too_long", length=said, most=most)


@lru_cache(maxsize=512)
def says_own_words(own: str) -> bool:
    """Whether the organisation wrote any text of these pages itself; JSON as stored."""
    return not ON_PAGES.isdisjoint(json.loads(own))


def board(asked: Asked) -> Board:
    said = Said(asked.language, asked.main_language, asked.wording, asked.words or "{}")
    # Only the main language says where it was: one board serves all touchpoints of the others.
    occasion = asked.occasion if said.language == said.main else Occasion()
    return _board(Metric(asked.metric), asked.organisation, occasion, said)


@lru_cache(maxsize=1024)
def _board(metric: Metric, organisation: str, occasion: Occasion, said: Said) -> Board:
    words, scale = json.loads(said.words), SCALES[metric]
    wording = wording_told(metric, said.language, json.loads(said.own), words)
    labels = labels_told(metric, said.language, words)
    values = occasion_told(occasion, said.language, said.main)
    told = known_values({"organisation": organisation, **values})
    known = {name: kept_apart(value, said.language) for name, value in told.items()}
    return Board(
        language=said.language,
        wording=wording,
        scale=scale,
        known=known,
        texts={name: fill(getattr(wording, name), known) for name in SENTENCES},
        points=[
            _point(wording, known, score, _named(metric, labels, score, said.language))
            | {"label": labels.get(score, ""), **_drawn(metric, wording, known, score)}
            for score in scale.scores
        ],
        ends=(_end(labels, scale.lowest), _end(labels, scale.highest)),
        is_drawn=metric.is_drawn,
    )


def _named(metric: Metric, labels: Mapping[int, str], score: int, language: str) -> str:
    return quoted(labels[score], language) if metric.is_drawn else str(score)


def _point(wording: Wording, known: dict[str, str], score: int, named: str) -> dict[str, Any]:
    values = {**known, "score": named}
    return {
        "score": score,
        "named": named,
        "chose": fill(wording.chose, values),
        "send": fill(wording.send, values),
    }


def _drawn(metric: Metric, wording: Wording, known: dict[str, str], score: int) -> dict[str, str]:
    """The face, and a button that does not say which: a word fits into no "Send my 4"."""
    if not metric.is_drawn:
        return {"face": ""}
    return {"face": FACES[score], "send": fill(wording.send_plain, known)}


def _end(labels: Mapping[int, str], score: int) -> str:
    return f"{score} {labels.get(score, '')}"
