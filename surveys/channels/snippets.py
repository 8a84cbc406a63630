"""The first question as HTML for mails that other tools send: links in a table, styles inline."""

from dataclasses import dataclass

from django.template import loader

from kit.texts import is_line
from surveys.channels.links import public_link
from surveys.models import PublicLink, SurveyVersion
from surveys.queries.told import labels_told, occasion_told, wording_told
from surveys.rules.languages import direction_of, main_language
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.occasions import Occasion
from surveys.rules.wording import Wording, fill, known_values

FIRST_ROW_ENDS = 5
LONGEST_VARIABLE = 200


class NoVariable(ValueError):
    """What was given can stand in no link."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a link's question says, in the language its main texts are written in."""

    language: str
    metric: Metric
    wording: Wording
    known: dict[str, str]
    labels: dict[int, str]

    @property
    def question(self) -> str:
        return fill(self.wording.question, self.known)


def spoken_by(link: PublicLink) -> Spoken:
    """Read the newest version; the link must have been read with programme and organisation."""
    survey, house = link.programme.survey, link.organisation
    newest = SurveyVersion.objects.filter(survey=survey, number__gt=0).order_by("-number").first()
    own = newest.wording if newest else {}
    language = main_language(house.language, newest.translations if newest else ())
    metric = newest.metric if newest else Metric(survey.metric)
    values = occasion_told(_occasion(link), language, language)
    return Spoken(
        language=language,
        metric=metric,
        wording=wording_told(metric, language, own, {}),
        known=known_values({"organisation": house.name, **values}),
        labels=labels_told(metric, language, {}),
    )


def snippet(link: PublicLink, variable: str = "") -> str:
    """Return the HTML; its links are the public one, or what another tool puts for `variable`.

    Raises NoVariable for what could break out of a link.
    """
    if variable and not _is_harmless(variable):
        raise NoVariable(variable)
    spoken = spoken_by(link)
    address = variable or public_link(link.pk, link.organisation).url
    direction = direction_of(spoken.language)
    context = {
        "question": spoken.question,
        # By the public link nobody knows whose answer it is.
        "note": fill(spoken.wording.named, spoken.known) if variable else "",
        "rows": _rows(spoken, address),
        "worded": SCALES[spoken.metric].is_worded,
        "ends": _ends(spoken),
        "language": spoken.language,
        "direction": direction,
        "gap": "0 0 0 4px" if direction == "rtl" else "0 4px 0 0",
    }
    return loader.render_to_string("emails/surveys/snippet.html", context).strip() + "\n"


def _is_harmless(variable: str) -> bool:
    return (
        is_line(variable)
        and len(variable) <= LONGEST_VARIABLE
        and not set(variable) & set("\"'<>?#& ")
    )


def _rows(spoken: Spoken, address: str) -> list[list[dict[str, str]]]:
    scale = SCALES[spoken.metric]
    points = [
        {
            "link": f"{address}?score={score}",
            **_named(spoken, score, label),
        }
        for score, label in ((each, spoken.labels.get(each, "")) for each in scale.scores)
    ]
    if scale.is_worded:  # words need a row each, also on a phone
        return [[point] for point in points]
    return [row for row in (points[: FIRST_ROW_ENDS + 1], points[FIRST_ROW_ENDS + 1 :]) if row]


def _named(spoken: Spoken, score: int, label: str) -> dict[str, str]:
    """What a button says: other people's mails carry no pictures of ours, faces are words there."""
    if spoken.metric.is_drawn:
        return {"shown": label, "title": label}
    both = f"{score} {label}".strip()
    return {"shown": both if SCALES[spoken.metric].is_worded else str(score), "title": both}


def _ends(spoken: Spoken) -> tuple[str, str] | None:
    scale = SCALES[spoken.metric]
    if scale.is_worded:
        return None
    first, last = scale.lowest, scale.highest
    return f"{first} {spoken.labels.get(first, '')}", f"{last} {spoken.labels.get(last, '')}"


def _occasion(link: PublicLink) -> Occasion:
    place = link.touchpoint
    if place is None:
        return Occasion()
    return Occasion(
        topic=place.topic,
        deed=place.deed,
        is_service=place.kind == "service",
        owner_team=place.owner_team,
    )
