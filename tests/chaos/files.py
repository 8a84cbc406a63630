"""Files whose workers are killed again and again: every row comes in once and asks nobody."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from django.db import connections
from django.db.models import Count

from accounts.rules.actors import COMMAND_LINE
from events.models import Delivery, Event
from events.tasks import dispatch
from kit import clock, failpoints
from kit.spreadsheets import open_sheet
from metrics.actions.comparing import compare_cells
from surveys.actions import bringing, bringing_rows, checking
from surveys.actions.uploading import Chosen, choose_columns_of, receive_file, start_import
from surveys.models import Customer, Decision, Import, ImportRow, Interaction, Message, Response
from surveys.rules.meanings import Kind
from tests.chaos.invariants import Findings
from tests.chaos.points import IMPORTS
from tests.chaos.world import Company

PORTION = 10
ANYWHERE = ("import.claimed", "import.before_commit")  # points of every step
HEADER = "id,at,email,name,touchpoint,score\n"
MEANINGS = {
    Kind.INTERACTIONS: ["id", "answered_at", "email", "name", "touchpoint", ""],
    Kind.RESPONSES: ["id", "answered_at", "email", "name", "touchpoint", "score"],
}
OPTIONS = {"zone": "UTC", "order": "year", "source": "desk", "metric": "csat", "place": "",
           "touchpoint_kind": "service"}  # fmt: skip


def run(*, rows: int, kills: int, seed: int, folder: Path) -> Findings:
    """Bring contacts and past answers in, twice each, while workers die at every point there is."""
    company, chance = Company(clock.now()), Random(seed)
    with company.entered():
        before = Customer.objects.count(), Interaction.objects.count()
    path = folder / f"files-{seed}.csv"
    path.write_text(HEADER + "".join(_lines(rows)))
    broken: list[str] = []
    deaths = 0
    for kind in (Kind.INTERACTIONS, Kind.RESPONSES):
        for place in ("first", "again"):
            pk = _receive(company, kind, path)
            deaths += _work(company, kills, chance, ANYWHERE)
            _start(company, pk)
            is_new = place == "first"
            points = IMPORTS if is_new else ANYWHERE
            deaths += _work(company, kills, chance, points, most=2 * is_new)
            expected = rows if is_new else 0
            broken += [f"{kind}, {place}: {what}" for what in _miscounted(company, pk, expected)]
    connections.close_all()
    while dispatch():
        pass
    broken += _faults(company, rows, before)
    counts = {"rows": 2 * rows, "deaths": deaths}
    if deaths != 8 * kills:
        broken.append(f"{deaths} workers died instead of {8 * kills}")
    return Findings(counts, broken)


def _lines(rows: int) -> Iterator[str]:
    for n in range(rows):
        yield f"T-{n},2026-03-01 09:{n % 60:02},file{n}@chaos.example,Ada,Billing,{1 + n % 5}\n"


def _receive(company: Company, kind: Kind, path: Path) -> int:
    with company.entered(), open_sheet(path) as sheet:
        file = receive_file(
            organisation_id=company.organisation_id,
            kind=kind,
            name="desk.csv",
            sheet=sheet,
            actor=COMMAND_LINE,
            now=clock.now(),
        )
        chosen = Chosen(meanings=MEANINGS[kind], options=OPTIONS)
        choose_columns_of(file=file, chosen=chosen, actor=COMMAND_LINE, now=clock.now())
    return file.pk


def _start(company: Company, pk: int) -> None:
    with company.entered():
        file = Import.objects.get(pk=pk)
        start_import(file=file, asks=False, actor=COMMAND_LINE, now=clock.now())


def _work(
    company: Company, kills: int, chance: Random, points: Sequence[str], *, most: int = 2
) -> int:
    """Let workers die so often, each after some steps and at some point; a last one survives."""
    died = 0
    for _ in range(kills):
        status = _life(f"{chance.choice(points)}=kill", chance.randint(0, most))
        died += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        _until_let_go(company)
    if _life("", 0):
        raise RuntimeError("the survivor failed")
    return died


def _until_let_go(company: Company) -> None:
    """The server notices a moment later that a worker is gone; its file looks taken until then."""
    with company.entered():
        list(Import.objects.select_for_update(no_key=True))


def _life(orders: str, steps: int) -> int:
    """Fork a worker that takes some steps and then obeys; return how it ended."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        bringing_rows.PORTION = checking.READ_AT_ONCE = PORTION
        for _ in range(steps):
            bringing._take_step(clock.now())
        os.environ[failpoints.ORDERS] = orders
        bringing.work_on_imports(clock=clock.now, seconds=60)
    except BaseException:  # noqa: BLE001 - a forked child must never return into its parent
        os._exit(1)
    os._exit(0)


def _miscounted(company: Company, pk: int, new: int) -> Iterator[str]:
    with company.entered():
        file = Import.objects.get(pk=pk)
        left = ImportRow.objects.filter(file=file).count()
    told = (file.state, file.new, file.same, file.refused, left)
    if told != ("done", new, file.rows - new, 0, 0):
        yield f"the page says {told}"


def _faults(company: Company, rows: int, before: tuple[int, int]) -> Iterator[str]:
    """What is not as if nobody had died."""
    with company.entered():
        held = {
            "people": (Customer.objects.count() - before[0], rows),
            "interactions": (Interaction.objects.count() - before[1], rows),
            "answers": (Response.objects.filter(origin="import").count(), rows),
            "decisions": (Decision.objects.filter(interaction__way="import").count(), rows),
            "asked": (Decision.objects.filter(interaction__way="import", is_asked=True).count(), 0),
            "mails": (Message.objects.count(), 0),
            "waiting reactions": (Delivery.objects.count(), 0),
        }
        twice = Interaction.objects.values("source_id").annotate(n=Count("id")).filter(n__gt=1)
        held["twice"] = (twice.count(), 0)
        for kind, name, rows_of in (
            ("decision.made", "decisions", Decision),
            ("response.imported", "response", Response),
        ):
            told = Event.objects.filter(kind=kind).values_list("payload", flat=True)
            ids = sorted(pk for payload in told for pk in payload[name])
            there = sorted(rows_of.objects.values_list("pk", flat=True))
            if ids != there:
                yield f"{kind} tells {len(ids)} of {len(there)}, or some twice"
        if compare_cells(organisation_id=company.organisation_id).found:
            yield "the cells do not hold what came in"
    yield from (f"{n} {what}, expected {want}" for what, (n, want) in held.items() if n != want)
