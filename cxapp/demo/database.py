"""Whether the demo may write into this database, filling it, and emptying what is its own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from cxapp import demo
from cxapp.demo import marker, screen, valkey
from kit import clock, tenancy

FOREIGN = (
    "The database of DATABASE_URL is not the demo's: it holds tables and lacks the demo's mark. "
    "Nothing was changed. Give an empty database, or unset DATABASE_URL and DATABASE_OWNER_URL "
    "to have one started."
)
FOREIGN_VALKEY = (
    "The Valkey of REDIS_URL is in use by something else: it holds keys and lacks the demo's mark. "
    "Nothing was changed. Give an empty one, or unset REDIS_URL to have one started."
)
# Everything in a database that carries the mark belongs to the demo: it was empty before.
EMPTY = "DROP OWNED BY CURRENT_USER CASCADE"


class Refused(Exception):
    """The demo must not do this here; the text says why."""


def fill() -> None:
    """Mark, migrate and load; each part is skipped where an earlier run has done it."""
    _prepare()
    if found := marker.loaded():
        screen.step(3, f"Acme Mobile is there, invented on {found.loaded_at:%-d %B %Y}")
        _mention_age(old=found.is_old(clock.now()))
        _let_overdue_go(clock.now())
        _follow_addresses()
    else:
        _load(clock.now())
    close()


def _follow_addresses() -> None:
    from cxapp.demo import loading  # noqa: PLC0415  (models exist only once Django is set up)

    loading.follow_addresses()


def import_real_input(file: Path) -> None:
    """Import past answers beside the story; the demo's owner may look at them."""
    _prepare()
    call_command("real_input", str(file))
    _show_real_input(clock.now())
    close()


def _show_real_input(now: datetime) -> None:
    from cxapp.demo import guests  # noqa: PLC0415  (models exist only once Django is set up)

    guests.let_in(now)


def _prepare() -> None:
    claim(clock.now())
    call_command("migrate", verbosity=0, interactive=False)


def _load(now: datetime) -> None:
    from cxapp.demo import loading  # noqa: PLC0415  (models exist only once Django is set up)

    with screen.progress({"Inventing": 3, "Counting": 4}) as told:
        loading.load(now=now, told=told)
    _show_real_input(now)


def _let_overdue_go(now: datetime) -> None:
    from cxapp.demo import overdue  # noqa: PLC0415  (models exist only once Django is set up)

    overdue.let_overdue_go(now)


def claim(now: datetime) -> None:
    """Set the marks on empty servers; refuse what is neither empty nor marked."""
    is_ours = marker.carries_marker()
    if not is_ours and not marker.is_empty():
        raise Refused(FOREIGN)
    if not valkey.claim():
        raise Refused(FOREIGN_VALKEY)
    if not is_ours:
        marker.place_marker(now)


def reset(agrees: Callable[[str], bool]) -> str:
    """Empty a marked database; names what the user started there and asks first."""
    if not marker.carries_marker():
        return "There is no demo in this database: nothing to forget."
    if names := started_by_user():
        which = ", ".join(names)
        if not agrees(f"This also deletes what was started here by hand: {which}. Go on?"):
            raise Refused(
                f"Nothing was deleted: {which} was started here by hand. To delete it "
                "with the demo, answer y, or run: make demo-reset YES=1"
            )
    with connections["owner"].cursor() as cursor:
        cursor.execute(EMPTY)
    valkey.forget()
    close()
    return "The demo's data are gone. `make demo` starts over."


def started_by_user() -> list[str]:
    """Names of organisations in the demo's database that are not the demo's own."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regproc('accounts_organisation_ids') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return []
        cursor.execute("SELECT accounts_organisation_ids()")
        ids = [number for (number,) in cursor.fetchall()]
    return [name for name, slug in map(_organisation, ids) if slug != demo.SLUG]


def _organisation(number: int) -> tuple[str, str]:
    with tenancy.organisation(number), connections["default"].cursor() as cursor:
        cursor.execute("SELECT name, slug FROM accounts_organisation")
        name, slug = cursor.fetchone()
        return name, slug


def _mention_age(*, old: bool) -> None:
    if old:
        screen.say("    It ends more than a week ago; `make demo-reset` tells it up to now.")


def close() -> None:
    """Let go of the connections; the demo's processes have their own."""
    connections.close_all()
