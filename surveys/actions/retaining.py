"""Forget by age: words, contexts, and customers of whom nothing was heard for years.

Each portion is a transaction of its own and takes only what is still there, so that a run that is
cut off goes on where it was, and one that runs again finds nothing.
"""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.erasing import erase_customer
from surveys.actions.erasing_rows import KEPT, WORDLESS
from surveys.actions.registering import CustomerIsErased
from surveys.models import Customer
from surveys.rules.retention import Cutoffs, Rules, cutoffs

OURSELVES = Actor(name="retention rules")
PORTION = 500
# What an answer says in words: now, in a version of it, to a further question.
WORDS = """
    SELECT r.id FROM surveys_response r
    WHERE r.answered_at < %(before)s AND (
        r.comment <> ''
        OR EXISTS (SELECT FROM surveys_answer a WHERE a.response_id = r.id AND a.words <> '')
        OR EXISTS (SELECT FROM surveys_responserevision v WHERE v.response_id = r.id
            AND (v.comment <> '' OR jsonb_path_exists(
                v.answers, '$.* ? (@.type() == "string" && @ != "")'))))
"""
FORGET_WORDS = (
    "UPDATE surveys_response SET comment = '' WHERE id = ANY(%(ids)s)",
    (
        f"UPDATE surveys_responserevision SET comment = '', answers = {WORDLESS}"
        " WHERE response_id = ANY(%(ids)s)"
    ),
    "UPDATE surveys_answer SET words = '' WHERE response_id = ANY(%(ids)s) AND words <> ''",
)
ANONYMOUS = """
    SELECT id FROM surveys_anonymousanswer WHERE month < %(before)s::date AND comment <> ''
"""
FORGET_ANONYMOUS = (
    "UPDATE surveys_anonymousanswer SET comment = '' WHERE id = ANY(%(ids)s::uuid[])",
)
# By when it was: a context of which only tracked properties are left has nothing to forget.
OLD = """
    SELECT id FROM {table} WHERE {moment} < %(before)s
        AND ({loose}context - %(tracked)s::text[] <> '{{}}')
"""
CONTEXTS = {
    "surveys_interaction": ("occurred_at", "subject <> '' OR "),
    "surveys_invitation": ("created_at", ""),
    "surveys_response": ("answered_at", ""),
}
SILENT = """
    SELECT c.id FROM surveys_customer c
    WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND c.created_at < %(before)s
      AND NOT EXISTS (SELECT FROM surveys_interaction i
        WHERE i.customer_id = c.id AND i.occurred_at >= %(before)s)
      AND NOT EXISTS (SELECT FROM surveys_response r
        WHERE r.customer_id = c.id AND r.answered_at >= %(before)s)
      AND NOT EXISTS (SELECT FROM surveys_invitation v
        WHERE v.customer_id = c.id AND v.created_at >= %(before)s)
"""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How much was forgotten, or would be."""

    words: int = 0
    contexts: int = 0
    people: int = 0

    def __bool__(self) -> bool:
        return bool(self.words or self.contexts or self.people)


def would_forget(*, rules: Rules, tracked: Collection[str], now: datetime) -> Forgotten:
    """Count what a run would forget at this moment; nothing is changed."""
    before = cutoffs(rules, now)
    given = {"tracked": sorted(tracked)}
    words = _count(WORDS, before.words) + _count(ANONYMOUS, before.words)
    contexts = sum(_count(_old(table), before.contexts, given) for table in CONTEXTS)
    return Forgotten(words=words, contexts=contexts, people=_count(SILENT, before.people))


def keep_to_rules(
    *,
    organisation_id: int,
    rules: Rules,
    tracked: Collection[str],
    now: datetime,
    may_go_on: Callable[[], bool],
) -> Forgotten:
    """Forget in portions as long as `may_go_on`; what is left waits for the next run.

    Enters the organisation for each portion. Leaves one line in the audit trail where something
    was forgotten, besides the receipt of everybody who was erased.
    """
    run = Run(organisation_id, cutoffs(rules, now), sorted(tracked), now, may_go_on)
    done = Forgotten(
        words=run.forget(WORDS, FORGET_WORDS, run.before.words)
        + run.forget(ANONYMOUS, FORGET_ANONYMOUS, run.before.words),
        contexts=sum(
            run.forget(_old(table), (_emptied(table),), run.before.contexts) for table in CONTEXTS
        ),
        people=run.erase(),
    )
    if done:
        with tenancy.organisation(organisation_id):
            _record(organisation_id, done, now)
    return done


def _record(organisation_id: int, done: Forgotten, now: datetime) -> None:
    record_change(
        organisation_id=organisation_id,
        actor=OURSELVES,
        action="retention.applied",
        object_type="organisation",
        object_id=organisation_id,
        after={"words": done.words, "contexts": done.contexts, "people": done.people},
        now=now,
    )


@dataclass(frozen=True)
class Run:
    """One run for one organisation."""

    organisation_id: int
    before: Cutoffs
    tracked: Sequence[str]
    now: datetime
    may_go_on: Callable[[], bool]

    def forget(self, found: str, statements: Sequence[str], before: datetime | None) -> int:
        done, last = 0, PORTION
        while before is not None and last == PORTION and self.may_go_on():
            with tenancy.organisation(self.organisation_id), connection.cursor() as cursor:
                given: dict[str, Any] = {"before": before, "tracked": self.tracked}
                cursor.execute(f"{found} LIMIT {PORTION}", given)
                given["ids"] = [pk for (pk,) in cursor.fetchall()]
                for statement in statements if given["ids"] else ():
                    cursor.execute(statement, given)
            last = len(given["ids"])
            done += last
        return done

    def erase(self) -> int:
        """Erase the silent: their scores stay, and if they come back they may be asked."""
        done, last = 0, PORTION
        while self.before.people is not None and last == PORTION and self.may_go_on():
            with tenancy.organisation(self.organisation_id), connection.cursor() as cursor:
                wanted = f"{SILENT} ORDER BY c.id LIMIT {PORTION}"
                cursor.execute(wanted, {"before": self.before.people})
                silent = [pk for (pk,) in cursor.fetchall()]
            last = len(silent)
            done += sum(self._erased(customer_id) for customer_id in silent)
        return done

    def _erased(self, customer_id: int) -> int:
        try:
            with tenancy.organisation(self.organisation_id):
                if not self._is_silent(customer_id):
                    return 0
                erase_customer(
                    customer_id=customer_id,
                    tracked=self.tracked,
                    actor=OURSELVES,
                    now=self.now,
                    stops_asking=False,
                )
        except (CustomerIsErased, Customer.DoesNotExist):
            return 0
        return 1

    def _is_silent(self, customer_id: int) -> bool:
        """Still: whoever comes back while hundreds are erased before her stays."""
        with connection.cursor() as cursor:
            given = {"before": self.before.people, "customer": customer_id}
            cursor.execute(f"{SILENT} AND c.id = %(customer)s", given)
            return cursor.fetchone() is not None


def _old(table: str) -> str:
    moment, loose = CONTEXTS[table]
    return OLD.format(table=table, moment=moment, loose=loose)


def _emptied(table: str) -> str:
    subject = "subject = '', " if table == "surveys_interaction" else ""
    return f"UPDATE {table} SET {subject}context = {KEPT} WHERE id = ANY(%(ids)s)"


def _count(found: str, before: datetime | None, given: Mapping[str, Any] | None = None) -> int:
    if before is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({found}) f", {"before": before, **(given or {})})
        return int(cursor.fetchone()[0])
