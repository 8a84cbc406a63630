"""A recount of everything in plain Python, in numbers and fast enough for a hundred thousand rows.

Written apart from the product: it reads answers and invitations row by row and shares no SQL.
"""

from collections import Counter
from datetime import timedelta
from itertools import combinations, pairwise

from metrics.models import (
    AskCell,
    Cell,
    CountedAnswer,
    CountedAsk,
    PropertyValue,
    Superseded,
    SupersededWeek,
    TrackedProperty,
)
from surveys.models import Invitation, Programme, Response, Touchpoint

QUESTIONS = {"nps": "nps 0-10", "csat": "csat 1-5", "ces": "ces 1-7"}
OUTCOMES = ("finished", "began", "opted_out", "bounced", "suspect", "reached", "silent")
SCORES = [f"c{score}" for score in range(11)]
KEY = ("question", "is_relational", "dim_1", "value_1", "dim_2", "value_2")
PLACES = ("programme_id", "touchpoint_id", *(f"value_{slot}" for slot in range(1, 9)))
ANSWER = (
    "question", "is_relational", *PLACES, "customer_id", "answered_at", "local_on", "score",
    "standing", "next_on", "service_state_180", "service_state_90", "service_state_365",
)  # fmt: skip
STATES = ((11, 180), (12, 90), (13, 365))
GOOD, POOR, UNRATED = 1, 2, 3


class Recount:
    """What the counted rows and the cells of the entered organisation should hold."""

    def __init__(self, cuts):
        self.cuts = cuts
        programmes = Programme.objects.values_list("id", "kind", "survey__metric")
        self.kinds = {row_id: (kind == "relational", metric) for row_id, kind, metric in programmes}
        self.service = set(Touchpoint.objects.filter(kind="service").values_list("id", flat=True))
        self.slots = dict(TrackedProperty.objects.values_list("key", "slot"))
        values = PropertyValue.objects.values_list("tracked__key", "value", "id")
        self.values = {(key, value): row_id for key, value, row_id in values}
        self.answers = self._answers()
        self.asks = self._asks()

    def _place(self, programme, touchpoint, context):
        slots: list[int | None] = [None] * 8
        for key, slot in self.slots.items():
            if context.get(key) not in (None, ""):
                slots[slot - 1] = self.values[key, str(context[key])]
        return (programme, touchpoint, *slots)

    def _answers(self):
        held = Response.objects.exclude(score=None).values_list(
            "id", "metric", "programme", "touchpoint", "context", "customer", "answered_at",
            "local_on", "score", "standing",
        )  # fmt: skip
        rows = list(held)
        nexts, votes = self._nexts(rows), self._votes(rows)
        found = {}
        for row_id, metric, programme, touchpoint, context, customer, at, on, *rest in rows:
            relational = self.kinds[programme][0]
            mine = votes.get(customer, ())
            found[row_id] = (
                QUESTIONS[metric],
                relational,
                *self._place(programme, touchpoint, context),
                *(customer, at, on, *rest, nexts.get(row_id)),
                *(state(mine, at, days) if relational else None for _, days in STATES),
            )
        return found

    def _nexts(self, rows):
        """The local day of the next counted answer of a customer in the same programme."""
        lines = {}
        for row_id, _, programme, _, _, customer, at, on, _, standing in rows:
            if self.kinds[programme][0] and standing == "counted" and customer is not None:
                lines.setdefault((programme, customer), []).append((on, at, row_id))
        nexts = {}
        for line in lines.values():
            line.sort()
            for (_, _, row_id), (on, _, _) in pairwise(line):
                nexts[row_id] = on
        return nexts

    def _votes(self, rows):
        """Of each customer her service answers, oldest first: when, and whether satisfied."""
        votes = {}
        for row_id, metric, programme, touchpoint, _, customer, at, _, score, standing in rows:
            tells = touchpoint in self.service and metric in self.cuts
            if tells and not self.kinds[programme][0] and standing == "counted":
                vote = (at, row_id, score >= self.cuts[metric])
                votes.setdefault(customer, []).append(vote)
        votes.pop(None, None)
        return {customer: sorted(each) for customer, each in votes.items()}

    def _asks(self):
        answered = dict(
            Response.objects.exclude(score=None)
            .exclude(invitation=None)
            .values_list("invitation", "standing")
        )
        rows = Invitation.objects.filter(sent_on__isnull=False, is_test=False).values_list(
            "id", "programme", "touchpoint", "context", "sent_on", "finished_at", "opted_out_at",
            "bounced_at",
        )  # fmt: skip
        return {
            row_id: (
                QUESTIONS[self.kinds[programme][1]],
                self.kinds[programme][0],
                *self._place(programme, touchpoint, context),
                sent_on,
                outcome(answered.get(row_id), *times),
            )
            for row_id, programme, touchpoint, context, sent_on, *times in rows
        }

    def cells(self):
        """Scores by day and standing, those that were superseded by both days, by both weeks."""
        cells, gone, weeks = Counter(), Counter(), Counter()
        for row in self.answers.values():
            _, _, on, score, standing, after, *states = row[12:]
            for some in places(row[2:12], states):
                key = (*row[:2], *some)
                cells[(*key, on, standing, score)] += 1
                if after is not None:
                    gone[(*key, on, after, score)] += 1
                    weeks[(*key, monday(on), monday(after), score)] += 1
        return cells, gone, weeks

    def ask_cells(self):
        cells = Counter()
        for row in self.asks.values():
            for some in places(row[2:12], ()):
                if some[2] == 0 or some[0] <= 2:
                    cells[(*row[:2], *some, *row[12:])] += 1
        return cells


def state(votes, at, days):
    since = at - timedelta(days=days)
    lately = [satisfied for when, _, satisfied in votes if since < when <= at]
    balance = 2 * sum(lately) - len(lately)
    if not lately:
        return UNRATED
    return GOOD if balance > 0 or (balance == 0 and lately[-1]) else POOR


def outcome(standing, finished_at, opted_out_at, bounced_at):
    if standing == "counted":
        return "finished" if finished_at else "began"
    if opted_out_at:
        return "opted_out"
    if bounced_at:
        return "bounced"
    return "suspect" if standing == "suspect" else "silent"


def monday(on):
    return on - timedelta(days=on.weekday())


def places(values, states):
    """No dimension, each alone, and each two that may meet; an unused pair stands first."""
    known = [(dim, value) for dim, value in enumerate(values, start=1) if value is not None]
    judged = [(dim, value) for (dim, _), value in zip(STATES, states, strict=False) if value]
    found = [(0, 0, 0, 0)]
    found += [(0, 0, *one) for one in known + judged]
    found += [(*one, *two) for one, two in combinations(known, 2)]
    found += [(*one, *two) for one in known if one[0] != 2 for two in judged]
    return found


def held_rows(table, key, columns):
    return {row[0]: row[1:] for row in table.objects.values_list(key, *columns)}


def held_answers():
    return held_rows(CountedAnswer, "response_id", ANSWER)


def held_asks():
    columns = ("question", "is_relational", *PLACES, "sent_on", "outcome")
    return held_rows(CountedAsk, "invitation_id", columns)


def held(table, *days, names=SCORES):
    counts = Counter()
    key = (*KEY, *days)
    for row in table.objects.values_list(*key, *names):
        for name, count in zip(names, row[len(key) :], strict=True):
            if count:
                counts[(*row[: len(key)], name if names is OUTCOMES else int(name[1:]))] = count
    return counts


def held_cells():
    return (
        held(Cell, "local_on", "standing"),
        held(Superseded, "local_on", "next_on"),
        held(SupersededWeek, "local_week", "next_week"),
    )


def held_ask_cells():
    return held(AskCell, "sent_on", names=OUTCOMES)
