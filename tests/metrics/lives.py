"""Random lives of customers: what they answer, and everything that may happen to an answer."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.rules.actors import COMMAND_LINE
from surveys.actions.answering import record_reason, record_score
from surveys.actions.correcting import (
    Correction,
    amend_response,
    exclude_response,
    restore_response,
)
from surveys.actions.erasing import Mode, erase_customer
from surveys.models import Invitation, Response
from tests.builders import CONFIRMED, MACHINE

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
# Days before: close together, at the edges of 90, 180 and 365 days, and days of 23 and 25 hours
# in New York, London and Auckland.
DAYS = [0, 1, 2, 7, 30, 45, 89, 90, 91, 135, 179, 180, 181, 225, 270, 364, 365, 366]
DST_DAYS = [
    datetime(2026, 3, 8, 12, tzinfo=UTC),
    datetime(2025, 11, 2, 12, tzinfo=UTC),
    datetime(2026, 3, 29, 12, tzinfo=UTC),
    datetime(2025, 10, 26, 12, tzinfo=UTC),
    datetime(2026, 4, 5, 12, tzinfo=UTC),
    datetime(2025, 9, 28, 12, tzinfo=UTC),
]
# Around noon, and around midnight in each of the zones.
HOURS = [0, 0, 0, -0.5, 0.5, 11.5, 12.5, -12.5, -8.5, -7.5, -1.5]
PROGRAMMES = {
    "relation": 10, "loyalty": 10, "service": 5, "effort": 7, "moment": 10,
}  # fmt: skip
STANDINGS = ["counted"] * 7 + ["suspect", "suspect", "excluded", "test", "spoken"]
CONTEXTS: list[dict[str, Any]] = [
    {"plan": "Basic", "branch": "North", "note": "a word"},
    {"plan": "Basic", "branch": ""},
    {"plan": "Plus", "branch": "South"},
    {"plan": None, "branch": "North"},
    {},
]
ACTS = {
    "answer": 30, "ask": 12, "amend": 9, "exclude": 6, "restore": 8, "stand": 5, "human": 6,
    "move": 6, "redate": 4, "unscore": 2, "bounce": 6, "opt out": 6, "finish": 8, "remove": 3,
    "anonymise": 2,
}  # fmt: skip


@dataclass
class Changes:
    """What one round writes, and whom it concerns."""

    new: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    changed: dict = field(default_factory=dict)
    marked: dict = field(default_factory=dict)
    gone: list = field(default_factory=list)
    acts: list = field(default_factory=list)


class Life:
    """One or two customers of one organisation; all they do follows from one number."""

    def __init__(self, seed, number, world, people):
        self.chance = random.Random(f"{seed}:{number}")
        self.number = number
        self.world = world
        self.people = people
        self.answers = []
        self.asks = []
        self.before = {}
        self.erased = False
        self.steps = self.chance.randint(3, 7)
        # Most answers of a life belong together, so that they supersede and judge each other.
        self.favourites = self.chance.choice([["relation"], ["relation", "service"], ["effort"]])

    def step(self, changes, zone):
        if self.steps == 0 or self.erased:
            return
        self.steps -= 1
        act = "answer"
        if self.answers or self.asks:
            act = self.chance.choices(list(ACTS), list(ACTS.values()))[0]
        done = getattr(self, act.replace(" ", "_"))(changes, zone)
        changes.acts.append(act if done is not False else "nothing")

    # --- what customers do ---------------------------------------------------------------------

    def answer(self, changes, zone):
        asked = [ask for ask in self.asks if not hasattr(ask, "reply")]
        if asked and self.chance.random() < 0.7:
            self._reply(asked[0], changes, zone)
        else:
            self._new(changes, zone)

    def _new(self, changes, zone, **more):
        name = self._programme()
        at = self._moment()
        fields = {
            "origin": "import",
            "origin_key": f"life {self.number} row {len(self.answers)}",
            "programme": self.world.programmes[name],
            "customer": self.chance.choice([*self.people[:1] * 12, *self.people, None]),
            "touchpoint": self._touchpoint(name),
            "context": dict(self.chance.choice(CONTEXTS)),
            "answered_at": at,
            "local_on": day_of(at, zone),
            **more,
        }
        name = fields["programme"].name
        response = Response(
            organisation_id=self.world.organisation_id,
            survey_version=self.world.versions[name],
            metric=self.world.programmes[name].survey.metric,
            score=self._score(name),
            standing=self.chance.choice(STANDINGS),
            **fields,
        )
        self.answers.append(response)
        changes.new.append(response)
        return response

    def _reply(self, ask, changes, zone):
        at = ask.sent_at + timedelta(hours=self.chance.choice([1, 30, 24 * 20]))
        ask.reply = self._new(
            changes,
            zone,
            origin="invitation",
            origin_key=str(ask.pk),
            invitation=ask,
            programme=ask.programme,
            customer=ask.customer,
            touchpoint=ask.touchpoint,
            context=ask.context,
            answered_at=at,
            local_on=day_of(at, zone),
        )
        ask.answered_at = at
        changes.marked[ask.pk] = ask

    def ask(self, changes, zone):
        name = self._programme()
        at = self._moment()
        sent = self.chance.random() < 0.9
        ask = Invitation(
            organisation_id=self.world.organisation_id,
            programme=self.world.programmes[name],
            survey_version=self.world.versions[name],
            customer=self.people[0],
            touchpoint=self._touchpoint(name),
            context=dict(self.chance.choice(CONTEXTS)),
            created_at=at,
            expires_at=at + timedelta(days=30),
            sent_at=at if sent else None,
            sent_on=day_of(at, zone) if sent else None,
            is_test=self.chance.random() < 0.05,
        )
        if sent:
            self.asks.append(ask)
        changes.asked.append(ask)

    # --- what happens to an answer ---------------------------------------------------------------

    def amend(self, changes, _zone):
        return self._change(changes, score=lambda one: self._score(one.programme.name))

    def exclude(self, changes, _zone):
        one = self._any(lambda one: one.standing in ("counted", "suspect", "spoken"))
        if one is None:
            return False
        self.before[id(one)] = one.standing
        return self._write(changes, one, standing="excluded")

    def restore(self, changes, _zone):
        one = self._any(lambda one: one.standing == "excluded")
        if one is None:
            return False
        return self._write(changes, one, standing=self.before.get(id(one), "counted"))

    def stand(self, changes, _zone):
        standings = ["counted", "suspect", "test", "withdrawn", "spoken"]
        return self._change(changes, standing=lambda _: self.chance.choice(standings))

    def human(self, changes, zone):
        """A person answers after a machine was suspected: her score, her moment."""
        one = self._any(lambda one: one.standing == "suspect")
        if one is None:
            return False
        at = self._moment()
        return self._write(
            changes,
            one,
            standing="counted",
            score=self._score(one.programme.name),
            answered_at=at,
            local_on=day_of(at, zone),
        )

    def move(self, changes, _zone):
        """To another customer, or to nobody."""
        people = [*self.people, *self.people, None]
        return self._change(changes, customer=lambda _: self.chance.choice(people))

    def redate(self, changes, zone):
        one = self._any()
        if one is None:
            return False
        at = self._moment()
        return self._write(changes, one, answered_at=at, local_on=day_of(at, zone))

    def unscore(self, changes, _zone):
        return self._change(changes, score=lambda _: None)

    def remove(self, changes, _zone):
        """Erase the first customer: her answers and invitations leave."""
        self.erased = True
        hers = [one for one in self.answers if one.customer == self.people[0]]
        asks = {id(one.invitation) for one in hers if one.invitation}
        asks |= {id(ask) for ask in self.asks if not hasattr(ask, "reply")}
        changes.gone += hers
        changes.gone += [ask for ask in self.asks if id(ask) in asks]

    def anonymise(self, changes, _zone):
        """Erase the first customer: scores, days and tracked values stay, words go."""
        self.erased = True
        for one in self.answers:
            if one.customer == self.people[0]:
                self._write(changes, one, context=self._tracked(one.context))

    # --- what happens to an invitation -----------------------------------------------------------

    def bounce(self, changes, _zone):
        return self._mark(changes, "bounced_at")

    def opt_out(self, changes, _zone):
        return self._mark(changes, "opted_out_at")

    def finish(self, changes, _zone):
        return self._mark(changes, "finished_at")

    # --- chance ----------------------------------------------------------------------------------

    def _moment(self):
        if self.chance.random() < 0.2:
            base = self.chance.choice(DST_DAYS)
        else:
            base = NOON - timedelta(days=self.chance.choice(DAYS))
        return base + timedelta(hours=self.chance.choice(HOURS))

    def _programme(self):
        if self.chance.random() < 0.7:
            return self.chance.choice(self.favourites)
        return self.chance.choice(list(PROGRAMMES))

    def _score(self, name):
        return self.chance.randint(1, PROGRAMMES[name])

    def _touchpoint(self, name):
        if name in ("relation", "loyalty"):
            return None
        slug = self.chance.choice(["phone", "phone", "chat", "bill", None])
        return self.world.touchpoints[slug] if slug else None

    def _any(self, fits=lambda one: True):
        fitting = [one for one in self.answers if fits(one)]
        return self.chance.choice(fitting) if fitting else None

    def _change(self, changes, **drawn):
        one = self._any()
        if one is None:
            return False
        return self._write(changes, one, **{name: draw(one) for name, draw in drawn.items()})

    def _write(self, changes, one, **values):
        for name, value in values.items():
            setattr(one, name, value)
        changes.changed[one.pk] = one
        return True

    def _mark(self, changes, name):
        if not self.asks:
            return False
        ask = self.chance.choice(self.asks)
        setattr(ask, name, NOON)
        changes.marked[ask.pk] = ask
        return True

    def _tracked(self, context):
        return {key: value for key, value in context.items() if key in ("plan", "branch")}


def day_of(at, zone):
    return at.astimezone(ZoneInfo(zone)).date()


class RealLife(Life):
    """The same, where staff and customers do it through the product's own actions."""

    def _reply(self, ask, changes, zone):
        at = ask.sent_at + timedelta(hours=self.chance.choice([1, 30, 24 * 20]))
        receipt = record_score(
            invitation_id=ask.pk,
            score=self._score(ask.programme.name),
            signs=self.chance.choice([CONFIRMED, CONFIRMED, MACHINE]),
            now=at,
        )
        ask.reply = Response.objects.get(pk=receipt.response_id)
        # The organisation's own day, whatever the zone it has by now.
        assert ask.reply.local_on == day_of(at, zone)
        self.answers.append(ask.reply)
        ask.refresh_from_db()

    def human(self, _changes, zone):
        """She answers the survey of which a machine was suspected before."""
        doubted = [ask for ask in self.asks if hasattr(ask, "reply")]
        doubted = [ask for ask in doubted if ask.reply.standing == "suspect"]
        if not doubted:
            return False
        ask = self.chance.choice(doubted)
        at = ask.sent_at + timedelta(days=self.chance.randint(1, 29))
        score = self._score(ask.programme.name)
        if record_score(invitation_id=ask.pk, score=score, signs=CONFIRMED, now=at) is None:
            return False
        ask.refresh_from_db()
        ask.reply.refresh_from_db()
        assert (ask.reply.standing, ask.reply.score) == ("counted", score)
        assert ask.reply.local_on == day_of(at, zone)
        return True

    def finish(self, _changes, _zone):
        if not self.asks:
            return False
        ask = self.chance.choice(self.asks)
        at = (ask.answered_at or ask.sent_at) + timedelta(hours=1)
        done = record_reason(invitation_id=ask.pk, comment="It took two calls.", now=at)
        ask.refresh_from_db()
        return done

    def amend(self, _changes, _zone):
        return self._by_staff(
            self._any(),
            lambda one: amend_response(
                response_id=one.pk,
                correction=Correction(score=self._score(one.programme.name), reason="She called."),
                actor=COMMAND_LINE,
                now=NOON,
            ),
        )

    def exclude(self, _changes, _zone):
        return self._by_staff(
            self._any(),
            lambda one: exclude_response(
                response_id=one.pk, reason="A colleague.", actor=COMMAND_LINE, now=NOON
            ),
        )

    def restore(self, _changes, _zone):
        return self._by_staff(
            self._any(lambda one: one.standing == "excluded"),
            lambda one: restore_response(response_id=one.pk, actor=COMMAND_LINE, now=NOON),
        )

    def _by_staff(self, one, act):
        done = act(one) if one is not None else None
        if not done:
            return False
        one.refresh_from_db()
        return True

    def remove(self, _changes, _zone):
        self._erase(Mode.REMOVE)

    def anonymise(self, _changes, _zone):
        self._erase(Mode.ANONYMISE)

    def _erase(self, mode):
        self.erased = True
        erase_customer(
            customer_id=self.people[0].pk,
            tracked=("plan", "branch"),
            mode=mode,
            actor=COMMAND_LINE,
            now=NOON,
        )
