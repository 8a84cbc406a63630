"""Goals: which score each of the two cards of the overview is to reach, and by when."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import Body, Day, Moment, Number, moment
from api.operations import operation
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from metrics.actions.aiming import drop_goal, set_goal
from metrics.models import Goal
from metrics.queries.goals import goals

WRITE = [Scope.MEASURING_WRITE]
BEYOND = "the two cards count all of them"
CARDS = Goal.Card.values
LOWEST, HIGHEST = -100, 100
NOT_BELOW_0 = "A share of satisfied answers is not below 0."


class GoalBody(Body):
    """The score a card is to reach, and by when."""

    value = Number(
        min_value=LOWEST,
        max_value=HIGHEST,
        help_text="`service`: satisfied answers in a hundred; `experience`: a Net Promoter Score.",
    )
    by_on = Day(required=False, allow_null=True, help_text="Null or left out: without a day.")

    example: ClassVar[dict[str, Any]] = {"value": 82, "by_on": "2027-03-31"}


class GoalAnswer(serializers.Serializer[Any]):
    """The goal of one card."""

    card = serializers.ChoiceField(CARDS)
    url = serializers.CharField()
    value = serializers.IntegerField()
    by_on = serializers.DateField(allow_null=True)
    created_at = Moment(help_text="When it was last set.")


class GoalsAnswer(serializers.Serializer[Any]):
    """The goals of the cards that have one."""

    items = GoalAnswer(many=True)


EXAMPLE = {
    "card": "service",
    "url": "/api/v1/goals/service",
    **GoalBody.example,
    "created_at": "2026-11-21T14:05:12Z",
}


def shape(goal: Goal) -> dict[str, Any]:
    return {
        "card": goal.card,
        "url": f"/api/v1/goals/{goal.card}",
        "value": goal.value,
        "by_on": goal.by_on and goal.by_on.isoformat(),
        "created_at": moment(goal.made_at),
    }


class Goals(Endpoint):
    @operation(
        "listGoals", scopes=[Scope.METRICS_READ], answer=GoalsAnswer, example={"items": [EXAMPLE]}
    )
    def get(self, call: Call) -> HttpResponse:
        """List the goals; a touchpoint has its own as its `target`."""
        only_for_all(call.caller, BEYOND)
        return reply({"items": [shape(goal) for _, goal in sorted(goals().items())]})


class OneGoal(Endpoint):
    @operation(
        "setGoal",
        scopes=WRITE,
        body=GoalBody,
        answer=GoalAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def put(self, call: Call, card: str) -> HttpResponse:
        """Set or move the goal of a card; pages say whether reaching it can be told from noise."""
        _check_card(call, card)
        _check_share(card, call.body["value"])
        goal = set_goal(
            organisation_id=call.organisation_id,
            card=card,
            value=call.body["value"],
            by_on=call.body.get("by_on"),
            actor=call.actor,
            now=call.now,
        )
        return reply(shape(goal))

    @operation(
        "dropGoal",
        scopes=WRITE,
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
    )
    def delete(self, call: Call, card: str) -> HttpResponse:
        """Give the goal of a card up."""
        _check_card(call, card)
        goal = Goal.objects.select_for_update().filter(card=card).first()
        if goal is None:
            raise Problem(Kind.NOT_FOUND)
        drop_goal(goal=goal, actor=call.actor, now=call.now)
        return gone()


def _check_card(call: Call, card: str) -> None:
    only_for_all(call.caller, BEYOND)
    if card not in CARDS:
        raise Problem(Kind.NOT_FOUND, f"The cards are: {', '.join(CARDS)}.")


def _check_share(card: str, value: int) -> None:
    if is_no_share(card, value):
        raise Problem(Kind.INPUT_REFUSED, NOT_BELOW_0, [Fault(NOT_BELOW_0, "#/value")])


def is_no_share(card: str, value: int) -> bool:
    return card == Goal.Card.SERVICE and value < 0
