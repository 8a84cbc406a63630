"""A slow recount in plain Python, written apart from the product: what the cells should say."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

from metrics.models import AskCell, Cell, PropertyValue, Superseded, SupersededWeek, TrackedProperty
from surveys.models import Invitation, Response

QUESTIONS = {"nps": "nps 0-10", "csat": "csat 1-5", "ces": "ces 1-7"}
OUTCOMES = ("finished", "began", "opted_out", "bounced", "suspect", "reached", "silent")


def scored():
    rows = Response.objects.filter(score__isnull=False).select_related("programme", "touchpoint")
    return sorted(rows, key=lambda row: (row.local_on, row.answered_at, row.id))


def labels(row):
    """The dimensions of an answer or an invitation in words."""
    found = [("programme", row.programme_id)]
    if row.touchpoint_id:
        found.append(("touchpoint", row.touchpoint_id))
    for tracked in TrackedProperty.objects.all():
        value = row.context.get(tracked.key)
        if value not in (None, ""):
            found.append((tracked.key, str(value)))
    return found


STATES = {"state 180": 180, "state 90": 90, "state 365": 365}


def subsets(found):
    every = [frozenset(some) for size in (0, 1, 2) for some in combinations(found, size)]
    return [some for some in every if may_stand_together({name for name, _ in some})]


def may_stand_together(names):
    states = len(names & set(STATES))
    return states < 2 and not (states and "touchpoint" in names)


SATISFIED = {"csat": 4, "ces": 5}


def is_service(row):
    at_service = row.touchpoint is not None and row.touchpoint.kind == "service"
    return at_service and not is_relational(row) and row.metric in SATISFIED


def service_answers(rows):
    """Of each customer what tells of service, oldest first: when, and whether satisfied."""
    told = {}
    for row in sorted(rows, key=lambda row: (row.answered_at, row.id)):
        if is_service(row) and row.standing == "counted":
            satisfied = row.score >= SATISFIED[row.metric]
            told.setdefault(row.customer_id, []).append((row.answered_at, satisfied))
    told.pop(None, None)
    return told


def state_of(row, told, days):
    """How the customer was served in so many days up to her relational answer."""
    since = row.answered_at - timedelta(days=days)
    lately = [good for at, good in told.get(row.customer_id, []) if since < at <= row.answered_at]
    if not lately:
        return "unrated"
    if 2 * sum(lately) == len(lately):
        return "good" if lately[-1] else "poor"
    return "good" if 2 * sum(lately) > len(lately) else "poor"


def states(row, told):
    if not is_relational(row):
        return []
    return [(name, state_of(row, told, days)) for name, days in STATES.items()]


def is_relational(row):
    return row.programme.kind == "relational"


def next_days(rows):
    """For each relational counted answer of a customer the day of her next one."""
    days = {}
    latest = {}
    for row in rows:
        if not is_relational(row) or row.standing != "counted" or row.customer_id is None:
            continue
        person = (row.programme_id, row.customer_id)
        if person in latest:
            days[latest[person].id] = row.local_on
        latest[person] = row
    return days


def expected_cells():
    cells, gone = Counter(), Counter()
    rows = scored()
    nexts, told = next_days(rows), service_answers(rows)
    for row in rows:
        base = (QUESTIONS[row.metric], is_relational(row))
        for some in subsets(labels(row) + states(row, told)):
            cells[(*base, some, row.local_on, row.standing, row.score)] += 1
            if row.id in nexts:
                gone[(*base, some, row.local_on, nexts[row.id], row.score)] += 1
    return cells, gone


def names_of_values():
    tracked = {row.dimension: row.key for row in TrackedProperty.objects.all()}
    values = {row.id: row.value or "other" for row in PropertyValue.objects.all()}

    def read(dimension, value):
        if dimension == 1:
            return ("programme", value)
        if dimension == 2:
            return ("touchpoint", value)
        if dimension > 10:
            name = {11: "state 180", 12: "state 90", 13: "state 365"}[dimension]
            return (name, {1: "good", 2: "poor", 3: "unrated"}[value])
        return (tracked[dimension], values[value])

    return read


def pairs_of(cell, read):
    pairs = [(cell.dim_1, cell.value_1), (cell.dim_2, cell.value_2)]
    return frozenset(read(dimension, value) for dimension, value in pairs if dimension)


def held_cells():
    read = names_of_values()
    cells, gone = Counter(), Counter()
    for table, counter, second in ((Cell, cells, "standing"), (Superseded, gone, "next_on")):
        for cell in table.objects.all():
            base = (cell.question, cell.is_relational, pairs_of(cell, read))
            for score in range(11):
                count = getattr(cell, f"c{score}")
                assert count >= 0
                if count:
                    counter[(*base, cell.local_on, getattr(cell, second), score)] += count
    assert held_weeks(read) == weeks_of(gone)
    return cells, gone


def monday(on):
    return on - timedelta(days=on.weekday())


def weeks_of(gone):
    weeks = Counter()
    for (*base, first, after, score), count in gone.items():
        weeks[(*base, monday(first), monday(after), score)] += count
    return weeks


def held_weeks(read):
    """The superseded answers once more, by the weeks of both days."""
    weeks = Counter()
    for cell in SupersededWeek.objects.all():
        base = (cell.question, cell.is_relational, pairs_of(cell, read))
        for score in range(11):
            if count := getattr(cell, f"c{score}"):
                weeks[(*base, cell.local_week, cell.next_week, score)] += count
    return weeks


def outcome(invitation, response):
    standing = response.standing if response else None
    if standing == "counted":
        return "finished" if invitation.finished_at else "began"
    if invitation.opted_out_at:
        return "opted_out"
    if invitation.bounced_at:
        return "bounced"
    if standing == "suspect":
        return "suspect"
    return "reached" if invitation.delivered_at else "silent"


def expected_asks():
    answered = {row.invitation_id: row for row in scored() if row.invitation_id}
    cells = Counter()
    for row in Invitation.objects.select_related("programme__survey"):
        if row.sent_on is None or row.is_test:
            continue
        base = (QUESTIONS[row.programme.survey.metric], is_relational(row))
        for some in subsets(labels(row)):
            if len(some) == 2 and not {"programme", "touchpoint"} & {name for name, _ in some}:
                continue
            cells[(*base, some, row.sent_on, outcome(row, answered.get(row.id)))] += 1
    return cells


def held_asks():
    read = names_of_values()
    cells = Counter()
    for cell in AskCell.objects.all():
        for name in OUTCOMES:
            if getattr(cell, name):
                key = (cell.question, cell.is_relational, pairs_of(cell, read), cell.sent_on, name)
                cells[key] += getattr(cell, name)
    return cells


def latest_in(rows, period, question, keep=lambda row: True):
    """The histogram of a relational figure: the last counted answer of each customer."""
    latest = {}
    for row in rows:
        if QUESTIONS[row.metric] != question or not is_relational(row):
            continue
        if row.standing == "counted" and period.first <= row.local_on <= period.last:
            person = ("answer", row.id) if row.customer_id is None else row.customer_id
            latest[row.programme_id, person] = row
    return Counter(row.score for row in latest.values() if keep(row))


def assert_cells_equal_the_answers():
    assert held_cells() == expected_cells()
    assert held_asks() == expected_asks()
