"""Import answers that customers gave elsewhere: with their dates, once, asking nobody."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from kit import tenancy
from kit.spreadsheets import Sheet, open_sheet
from surveys.actions import importing_carrying as carrying
from surveys.actions import importing_staging as staging
from surveys.actions.customers import register_properties
from surveys.actions.editing_touchpoints import TouchpointDetails, create_touchpoint
from surveys.models import Programme, PropertyKey, Survey, SurveyVersion, Touchpoint
from surveys.queries.surveys import newest
from surveys.rules.cells import Reading, Row, RowRefused, read_row
from surveys.rules.columns import Columns, Part, choose_columns
from surveys.rules.metrics import FAMILIES, NAMES, Metric

MOST_FAULTS = 1_000
STAGE_NAME = "Imported"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a file is to be understood; empty means: find out."""

    metric: Metric | None = None
    columns: Mapping[Part, str] = field(default_factory=dict)
    properties: Sequence[str] = ()
    zone: ZoneInfo | None = None
    date_format: str = ""
    source: str = ""
    programme: str = ""
    touchpoint_kind: str = Touchpoint.Kind.EXPERIENCE
    leaves_bad_rows_out: bool = False
    is_dry_run: bool = False


@dataclass(kw_only=True)
class Report:
    """What was read, what is wrong, and what was stored."""

    metric: Metric
    columns: Mapping[str, str]
    encoding: str
    rows: int = 0
    faulty: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    unscored: int = 0
    first_on: date | None = None
    last_on: date | None = None
    new_touchpoints: list[str] = field(default_factory=list)
    new_customers: int = 0
    stored: int = 0
    stored_scores: int = 0
    programme_id: int | None = None
    is_stored: bool = False

    @property
    def readable(self) -> int:
        return self.rows - self.faulty

    @property
    def known(self) -> int:
        """Readable rows that were stored by an earlier run."""
        return self.readable - self.stored if self.is_stored else 0

    def refuse(self, line: int, why: str) -> None:
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((line, why))


class ProgrammeMismatch(ValueError):
    """The programme that was named does not exist or measures something else."""


def import_responses(
    *,
    organisation_id: int,
    path: Path,
    plan: Plan,
    actor: Actor,
    now: datetime,
    told: Callable[[int], None] = lambda _rows: None,
) -> Report:
    """Read and check the whole file, then store its answers by portions.

    With faulty rows nothing is stored unless the plan leaves them out. Raises Unreadable,
    BadColumns and ProgrammeMismatch; then nothing is stored. Whoever is broken off between two
    portions runs it again: what is in is known.
    """
    with open_sheet(path) as sheet, TemporaryFile("w+", encoding="utf-8") as carried:
        columns = choose_columns(sheet.header, plan.columns, plan.properties)
        report = Report(
            metric=plan.metric or _metric_of(sheet, columns),
            columns=_named(sheet, columns),
            encoding=sheet.encoding,
        )
        reading = Reading(
            metric=report.metric, zone=plan.zone, date_format=plan.date_format, now=now
        )
        with tenancy.organisation(organisation_id), transaction.atomic():
            zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
            rows = _read(sheet, columns, reading, report, told)
            staging.stage(rows, source=plan.source, zone=zone)
            _check_ids(organisation_id, report)
            _summarise(report)
            is_fit = bool(report.readable and (plan.leaves_bad_rows_out or not report.faulty))
            if is_fit:
                _foresee(organisation_id, plan, report, actor, now)
                carrying.carry(carried)
            transaction.set_rollback(True)  # nobody waits for what was only looked at
        if is_fit and not plan.is_dry_run:
            _store(organisation_id, plan, report, carrying.portions(carried), actor, now)
    return report


def _metric_of(sheet: Sheet, columns: Columns) -> Metric:
    """What the score column calls itself; a column named rating or score holds an NPS."""
    name = sheet.header[columns.places["score"]].casefold()
    return next((metric for metric in FAMILIES if metric.value in name), Metric.NPS)


def _named(sheet: Sheet, columns: Columns) -> dict[str, str]:
    named: dict[str, str] = {}
    named.update((part, sheet.header[place]) for part, place in columns.places.items())
    named.update((f"property {name}", name) for name in columns.properties)
    return named


def _read(
    sheet: Sheet,
    columns: Columns,
    reading: Reading,
    report: Report,
    told: Callable[[int], None],
) -> Iterator[tuple[int, Row]]:
    for line, cells in sheet.rows:
        report.rows += 1
        if report.rows % 1_000 == 0:
            told(report.rows)
        try:
            row = read_row(cells, columns, reading)
        except RowRefused as fault:
            report.refuse(line, str(fault))
            continue
        report.notes.update(row.notes)
        yield line, row


def _check_ids(organisation_id: int, report: Report) -> None:
    """Two answers with one id cannot both be meant; neither can a stored one with another score."""
    twice = staging.lines_with_an_id_twice(MOST_FAULTS)
    for line, first in twice:
        report.refuse(line, f"its id stands on line {first} already")
    staging.forget_lines(line for line, _ in twice)
    other = staging.lines_that_differ(organisation_id, MOST_FAULTS)
    for line in other:
        report.refuse(
            line,
            "its id is stored with another answer (use --source to tell two systems' ids apart)",
        )
    staging.forget_lines(other)
    report.faults.sort()


def _summarise(report: Report) -> None:
    _, report.unscored, report.first_on, report.last_on = staging.counts()


def _foresee(organisation_id: int, plan: Plan, report: Report, actor: Actor, now: datetime) -> None:
    """Say what would come of it; the caller undoes what is done for that."""
    carrying.find_known(organisation_id)
    report.new_customers = carrying.count_new_people()
    report.stored, report.stored_scores = carrying.count_new_answers(organisation_id)
    report.new_touchpoints = point_at_touchpoints(
        organisation_id=organisation_id, kind=plan.touchpoint_kind, actor=actor, now=now
    )
    own_programme(organisation_id, plan, report, now)
    report.is_stored = True


def _store(
    organisation_id: int,
    plan: Plan,
    report: Report,
    portions: Iterator[list[Sequence[object]]],
    actor: Actor,
    now: datetime,
) -> None:
    """Store each portion in a transaction of its own, with what it needs."""
    foreseen = report.stored, report.stored_scores
    report.stored = report.stored_scores = report.new_customers = 0
    made: set[str] = set()
    for number, portion in enumerate(portions):
        with tenancy.organisation(organisation_id):
            carrying.stage_carried(portion)
            made.update(
                point_at_touchpoints(
                    organisation_id=organisation_id, kind=plan.touchpoint_kind, actor=actor, now=now
                )
            )
            _bring(organisation_id, plan, report, now)
            if number == 0:
                _record(organisation_id, report, foreseen, actor, now)
    report.new_touchpoints = sorted(made)


def _bring(organisation_id: int, plan: Plan, report: Report, now: datetime) -> None:
    programme, version = own_programme(organisation_id, plan, report, now)
    report.programme_id = programme.pk
    report.new_customers += staging.bring_customers(organisation_id, now)
    register_properties(
        organisation_id=organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        properties=dict.fromkeys(plan.properties, ""),
        now=now,
    )
    answers, scores = staging.store_answers(
        {
            "organisation": organisation_id,
            "programme": programme.pk,
            "version": version.pk,
            "metric": report.metric.value,
        },
        now,
    )
    report.stored += answers
    report.stored_scores += scores


def point_at_touchpoints(
    *, organisation_id: int, kind: str, actor: Actor, now: datetime
) -> list[str]:
    """Tell each waiting row its touchpoint, made where there is none; return those made."""
    rows = Touchpoint.objects.values_list("name", "slug", "id")
    known = {name.casefold(): pk for name, _, pk in rows}
    known |= {slug: pk for _, slug, pk in rows}
    meant, made = {}, []
    for name in sorted(staging.touchpoint_names()):
        if name.casefold() not in known:
            touchpoint = create_touchpoint(
                organisation_id=organisation_id, details=_details(name, kind), actor=actor, now=now
            )
            known[name.casefold()] = touchpoint.pk
            made.append(name)
        meant[name] = known[name.casefold()]
    staging.point_at(meant)
    return made


def _details(name: str, kind: str) -> TouchpointDetails:
    return TouchpointDetails(
        name=name,
        kind=kind,
        stage_id=None,
        new_stage=STAGE_NAME,
        deed="",
        topic="",
        owner_team="",
        target=None,
    )


def own_programme(
    organisation_id: int, plan: Plan, report: Report, now: datetime
) -> tuple[Programme, SurveyVersion]:
    """The named programme, or one that is off and only keeps what was imported.

    With touchpoints it is transactional: a touchpoint's NPS is no answer about the relationship.
    """
    if plan.programme:
        found = Programme.objects.filter(name=plan.programme).select_related("survey").first()
        if found is None or found.survey.metric != report.metric.family:
            why = "there is none" if found is None else f"it measures {found.survey.metric}"
            raise ProgrammeMismatch(f"No programme {plan.programme!r} for this file: {why}.")
        if found.is_anonymous:
            raise ProgrammeMismatch(f"{plan.programme!r} is anonymous: no file can add to it.")
        programme = found
    else:
        programme = _made_programme(organisation_id, report, now)
    # Not the number of its versions: drafts that were sent for trying are rows as well.
    version = newest(programme.survey_id) or SurveyVersion.objects.create(
        organisation_id=organisation_id,
        survey=programme.survey,
        number=1,
        has_faces=report.metric.is_drawn,
        published_at=now,
    )
    return programme, version


def _made_programme(organisation_id: int, report: Report, now: datetime) -> Programme:
    places = "touchpoint" in report.columns
    name = f"Imported {NAMES[report.metric]}" + (" at touchpoints" if places else "")
    survey, _ = Survey.objects.get_or_create(
        organisation_id=organisation_id,
        name=name,
        metric=report.metric.family.value,
        defaults={"created_at": now},
    )
    kind = Programme.Kind.TRANSACTIONAL if places else Programme.Kind.RELATIONAL
    programme, _ = Programme.objects.get_or_create(
        organisation_id=organisation_id,
        name=name,
        defaults={"kind": kind, "survey": survey, "created_at": now},
    )
    return programme


def _record(
    organisation_id: int, report: Report, foreseen: tuple[int, int], actor: Actor, now: datetime
) -> None:
    """One line for the whole file, with its first portion: what broke off later is no secret."""
    stored, scores = foreseen
    if stored:
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="responses.imported",
            object_type="programme",
            object_id=report.programme_id or 0,
            after={"stored": stored, "scores": scores},
            now=now,
        )
