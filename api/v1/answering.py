"""What programs do with responses: bring them with their dates, correct, exclude and restore."""

from typing import Any, ClassVar

from django.http import HttpResponse

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, Identifier, Moment, Number, Properties, Slug, Words
from api.operations import operation
from api.paging import found
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1 import customer_forms
from api.v1.interactions import CLOCKS_DIFFER_BY
from api.v1.responses import EXAMPLE, OneResponse, ResponseAnswer, Responses, shape, shown
from surveys.actions.adding import Brought, add_answer, add_spoken
from surveys.actions.correcting import (
    EXCLUDABLE,
    Correction,
    amend_response,
    exclude_response,
    restore_response,
)
from surveys.models import Programme, Response

LONGEST_COMMENT = 10_000
REASON = "Kept with the answer and in the audit trail."


class NewResponse(Body):
    """An answer that was given elsewhere, or spoken."""

    programme_id = Id(help_text="An id of GET /programmes; its survey says the scale.")
    source_id = Identifier(
        max_length=200, help_text="Your id of this answer: the same again changes nothing."
    )
    source = Identifier(  # type: ignore[assignment]
        required=False, max_length=80, help_text="Where it comes from; the key's name if absent."
    )
    answered_at = Moment(help_text="When it was given, not when it is sent here.")
    score = Number(required=False, allow_null=True, min_value=0, max_value=10)
    comment = Words(required=False, allow_blank=True, max_length=LONGEST_COMMENT)
    customer = customer_forms.NewCustomer(
        required=False, help_text="Who gave it, if that is known."
    )
    touchpoint = Slug(
        required=False, max_length=60, help_text="Needed where the programme asks at touchpoints."
    )
    context = Properties(required=False)  # type: ignore[assignment]
    is_spoken = Flag(
        required=False,
        help_text="Told to your staff: marked as `spoken`, in no figure, by the day alone.",
    )

    example: ClassVar[dict[str, Any]] = {
        "programme_id": "3",
        "source_id": "survey-2019-4471",
        "answered_at": "2025-03-02T10:15:00Z",
        "score": 4,
        "comment": "Aisha found the mistake in a minute.",
        "customer": {"external_id": "C-2041"},
        "touchpoint": "billing",
    }


class Amendment(Body):
    """What the customer asked you to write down; what is left out stays."""

    score = Number(required=False, min_value=0, max_value=10)
    comment = Words(required=False, allow_blank=True, max_length=LONGEST_COMMENT)
    reason = Identifier(max_length=200, help_text=REASON)

    example: ClassVar[dict[str, Any]] = {
        "score": 5,
        "reason": "She rang: she misread the scale",
    }


class ExclusionBody(Body):
    """Nobody takes an answer out of the figures without saying why."""

    reason = Identifier(max_length=200, help_text=REASON)

    example: ClassVar[dict[str, Any]] = {"reason": "A colleague's test"}


class WrittenResponses(Responses):
    @operation(
        "createResponse",
        scopes=[Scope.RESPONSES_WRITE],
        body=NewResponse,
        answer={201: ResponseAnswer, 200: ResponseAnswer},
        example={201: EXAMPLE, 200: EXAMPLE},
        problems=[Kind.RESPONSE_DIFFERS],
        for_tests=True,
    )
    def post(self, call: Call) -> HttpResponse:
        """Bring an answer that was given elsewhere, with its own date.

        It counts from its day on and asks nobody. The same `source` and `source_id` again is
        answered 200 with what is stored; with another answer it is refused.
        """
        programme = _programme(call)
        _check_moment(call)
        with refusing("#/customer"):
            response, is_new = _brought(call, programme)
        return reply(shape(shown(call).get(pk=response.pk)), 201 if is_new else 200)


def _brought(call: Call, programme: Programme) -> tuple[Response, bool]:
    said = dict(call.body)
    customer = said.get("customer")
    brought = Brought(
        programme=programme,
        source=said.get("source") or call.caller.name,
        source_id=said["source_id"],
        answered_at=said["answered_at"],
        score=said.get("score"),
        comment=said.get("comment", ""),
        touchpoint=said.get("touchpoint", ""),
        customer=customer_forms.told(customer, call.now, "#/customer") if customer else None,
        context=said.get("context", {}),
        is_test=call.caller.is_test,
    )
    about: Any = {"organisation_id": call.organisation_id, "actor": call.actor, "now": call.now}
    if said.get("is_spoken"):
        _check_spoken(said, is_test=brought.is_test)
        return add_spoken(brought=brought, **about)
    if brought.score is None and not brought.comment:
        raise _refused("Send a score, a comment or both.", "#/score")
    return add_answer(brought=brought, **about)


def _check_spoken(said: dict[str, Any], *, is_test: bool) -> None:
    if is_test:
        raise _refused("A test key writes down nothing that was spoken.", "#/is_spoken")
    if said.get("context"):
        raise _refused("Of what was spoken no context is kept. Leave it out.", "#/context")


class OneWrittenResponse(OneResponse):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        _held(call, ids["response_id"])
        return shape(found(shown(call), ids["response_id"]))

    @operation(
        "amendResponse",
        scopes=[Scope.RESPONSES_WRITE],
        body=Amendment,
        answer=ResponseAnswer,
        example={**EXAMPLE, "score": 5, "revisions": 2},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
        tagged=True,
    )
    def patch(self, call: Call, response_id: str) -> HttpResponse:
        """Enter what the customer asked you to correct, with who and why.

        Every version is kept. What was a suspected machine's counts from now on; what was taken
        out of the figures stays out.
        """
        response, said = _held(call, response_id), call.body
        if not said.keys() & {"score", "comment"}:
            raise _refused("Send a score, a comment or both.", "#/score")
        with refusing():
            amend_response(
                response_id=response.pk,
                correction=Correction(**said),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(shown(call).get(pk=response.pk)))


class Excluded(Endpoint):
    @operation(
        "excludeResponse",
        scopes=[Scope.RESPONSES_WRITE],
        body=ExclusionBody,
        answer=ResponseAnswer,
        example={**EXAMPLE, "standing": "excluded"},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, response_id: str) -> HttpResponse:
        """Take a response out of all figures, with the reason; it stays in the lists."""
        response = _held(call, response_id)
        if response.standing not in {*EXCLUDABLE, Response.Standing.EXCLUDED}:
            sentence = f"It is {response.standing}, and so in no figure already."
            raise Problem(Kind.NOT_POSSIBLE_NOW, sentence)
        exclude_response(
            response_id=response.pk, reason=call.body["reason"], actor=call.actor, now=call.now
        )
        return reply(shape(shown(call).get(pk=response.pk)))


class Restored(Endpoint):
    @operation(
        "restoreResponse",
        scopes=[Scope.RESPONSES_WRITE],
        answer=ResponseAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, response_id: str) -> HttpResponse:
        """Give an excluded response back the standing it had; repeating it changes nothing."""
        response = _held(call, response_id)
        restore_response(response_id=response.pk, actor=call.actor, now=call.now)
        return reply(shape(shown(call).get(pk=response.pk)))


def _held(call: Call, response_id: str) -> Response:
    return found(Response.objects.filter(**call.own_programme).select_for_update(), response_id)


def _programme(call: Call) -> Programme:
    wanted, own = call.body["programme_id"], call.caller.programme_id
    open_ones = Programme.objects.filter(archived_at__isnull=True, is_anonymous=False)
    programme = open_ones.filter(pk=wanted).first()
    if programme is None or own not in (None, wanted):
        sentence = "No such programme, or an anonymous one. GET /api/v1/programmes lists them."
        raise _refused(sentence, "#/programme_id")
    return programme


def _check_moment(call: Call) -> None:
    if call.body["answered_at"] > call.now + CLOCKS_DIFFER_BY:
        sentence = "This lies in the future. Bring an answer when it has been given."
        raise _refused(sentence, "#/answered_at")


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
