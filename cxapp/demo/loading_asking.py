"""Whom the story asked and what came back, as rows of the product's own tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model

from accounts.models.outgoing import State
from cxapp.demo.loading_copy import reserve
from cxapp.demo.loading_corrections import load_corrections
from cxapp.demo.loading_follow_ups import ANSWER, Said
from cxapp.demo.loading_rows import Loader, properties_of
from cxapp.demo.story.calendar import DAY
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.records import Answer, Ask
from cxapp.demo.story.second_steps import contact_of, feelings_of
from cxapp.demo.story.telling import SEED
from kit.texts import address_key
from surveys import models

OPEN_DAYS = 30
FINISHED_AFTER = 75
DECISION = (
    "id", "programme_id", "customer_id", "interaction_id", "occasion", "is_asked", "rule",
    "facts", "again_on", "decided_at",
)  # fmt: skip
INVITATION = (
    "id", "decision_id", "programme_id", "survey_version_id", "customer_id", "address_key",
    "touchpoint_id", "interaction_id", "context", "is_test", "created_at", "expires_at",
    "sent_at", "sent_on", "bounced_at", "opted_out_at", "answered_at", "finished_at", "channel",
)  # fmt: skip
MESSAGE = (
    "id", "about", "invitation_id", "state", "due_at", "expires_at", "attempts", "message_id",
    "last_code", "last_error", "created_at", "handing_over_at", "finished_at",
)  # fmt: skip
ATTEMPT = ("message_id", "number", "phase", "code", "text", "started_at", "ended_at", "worker")
RESPONSE = (
    "id", "origin", "origin_key", "invitation_id", "customer_id", "programme_id",
    "survey_version_id", "touchpoint_id", "interaction_id", "metric", "score", "comment",
    "language", "standing", "standing_reason", "answered_at", "local_on", "revisions_made",
    "context", "feelings", "contact",
)  # fmt: skip
REVISION = (
    "response_id", "number", "at", "verdict", "rule", "score", "comment", "answers", "feelings",
    "contact",
)  # fmt: skip
SUPPRESSION = ("address_key", "reason", "programme_id", "invitation_id", "created_at")


class Asking:
    """Decisions, the invitations and mails that followed, and what came back."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.ground = loader, loader.ground
        self.at, self.on = loader.at, loader.on
        story = loader.story
        self.customers = {each.key: each for each in story.customers}
        self.companies = {each.key: each.name for each in story.companies}
        self.interactions = {each.key: each for each in story.interactions}
        self.metric = {each.key: each.metric for each in story.programmes}
        self.asks = story.asks
        self.asked = [each for each in story.asks if each.is_asked]
        self.handed = self._handed()
        self.mailed = [each for each in self.asked if each != self.handed]
        self.answered = [(each, each.answer) for each in self.asked if each.answer is not None]
        self.said = Said(loader.ground.second, self.answered)
        self.draws = Draws(SEED)

    def load(self) -> None:
        self.decisions = self._ids(models.Decision, self.asks)
        self.invitations = self._ids(models.Invitation, self.asked)
        self.messages = self._ids(models.Message, self.mailed)
        self.responses = self._ids(models.Response, [ask for ask, _ in self.answered])
        write = self.loader.write
        write(models.Decision, DECISION, map(self._decision, self.asks))
        write(models.Invitation, INVITATION, map(self._invitation, self.asked))
        write(models.Message, MESSAGE, map(self._message, self.mailed))
        write(models.MessageAttempt, ATTEMPT, map(self._attempt, self.mailed))
        write(models.Response, RESPONSE, (self._response(*each) for each in self.answered))
        write(models.ResponseRevision, REVISION, self._revisions())
        write(models.Answer, ANSWER, self.said.rows(self.responses))
        write(models.Suppression, SUPPRESSION, self._suppressions())
        load_corrections(
            self.loader, [(self.responses[ask.key], answer) for ask, answer in self.answered]
        )

    def _ids(self, model: type[Model], asks: Sequence[Ask]) -> dict[str, int]:
        return dict(zip([each.key for each in asks], reserve(model, len(asks)), strict=True))

    def _decision(self, ask: Ask) -> tuple[Any, ...]:
        contact = self._contact(ask)
        facts: dict[str, Any] = dict(ask.facts)
        for key in facts.keys() & {"last_asked_on", "slot_on"}:
            facts[key] = self.loader.calendar.day(facts[key]).isoformat()
        return (
            self.decisions[ask.key],
            self.ground.programmes[ask.programme],
            self.loader.people[ask.customer],
            contact,
            f"interaction:{contact}" if contact else f"due:{self.on(ask.at)}",
            ask.is_asked,
            ask.rule,
            facts,
            None if ask.again_on is None else self.loader.calendar.day(ask.again_on),
            self.at(ask.at),
        )

    def _invitation(self, ask: Ask) -> tuple[Any, ...]:
        human = _first_human(ask.answer)
        finished = human and ask.answer and ask.answer.finished
        sent = _sent(ask)
        return (
            self.invitations[ask.key],
            self.decisions[ask.key],
            self.ground.programmes[ask.programme],
            self.ground.version_of(ask),
            self.loader.people[ask.customer],
            self._address(ask),
            self._touchpoint(ask),
            self._contact(ask),
            self._context(ask),
            False,
            self.at(ask.at),
            self.at(ask.at) + timedelta(days=OPEN_DAYS),
            self.at(sent),
            self.on(sent),
            self._maybe(ask.bounced_at),
            self._maybe(ask.opted_out_at),
            self._maybe(human),
            self._maybe(human + FINISHED_AFTER) if human and finished else None,
            "link" if ask == self.handed else "email",
        )

    def _handed(self) -> Ask | None:
        """The newest question after a visit to a shop stood as a code on the receipt."""
        visits = (
            ask
            for ask in reversed(self.asked)
            if ask.interaction
            and self.interactions[ask.interaction].touchpoint == "shop-visit"
            and ask.answer
            and not (ask.bounced_at or ask.opted_out_at or self.customers[ask.customer].erased)
        )
        return next(visits, None)

    def _message(self, ask: Ask) -> tuple[Any, ...]:
        decided, sent = self.at(ask.at), self.at(_sent(ask))
        number = self.messages[ask.key]
        letters = blake2b(ask.key.encode(), digest_size=14).hexdigest()
        return (
            number,
            f"invitation:{self.invitations[ask.key]}",
            self.invitations[ask.key],
            State.SENT,
            decided,
            decided + timedelta(days=OPEN_DAYS),
            1,
            f"{letters}@{urlsplit(settings.BASE_URL).hostname}",
            "250",
            "",
            decided,
            sent,
            sent,
        )

    def _attempt(self, ask: Ask) -> tuple[Any, ...]:
        sent = self.at(_sent(ask))
        return (self.messages[ask.key], 1, "dot", "250", "2.0.0 accepted", sent, sent, "story")

    def _response(self, ask: Ask, answer: Answer) -> tuple[Any, ...]:
        invitation = self.invitations[ask.key]
        answered = _first_human(answer) or answer.revisions[0].at
        suspect, told = answer.standing == "suspect", self.customers[ask.customer]
        return (
            self.responses[ask.key],
            "invitation",
            str(invitation),
            invitation,
            self.loader.people[ask.customer],
            self.ground.programmes[ask.programme],
            self.ground.version_of(ask),
            self._touchpoint(ask),
            self._contact(ask),
            self.metric[ask.programme],
            answer.shown.score,
            answer.comment,
            "" if told.erased else told.language,
            answer.standing,
            answer.revisions[0].rule if suspect else answer.reason,
            self.at(answered),
            self.on(answered),
            len(answer.revisions) + self._has_second_step(ask, answer),
            self._context(ask),
            *self._felt(ask, answer),
        )

    def _felt(self, ask: Ask, answer: Answer) -> tuple[str, str]:
        """How it felt, and whether she may be contacted: nobody who is erased may."""
        is_gone = self.customers[ask.customer].erased
        contact = "" if is_gone else self._contact_of(ask, answer)
        return f"{{{','.join(feelings_of(answer))}}}", contact

    def _contact_of(self, ask: Ask, answer: Answer) -> str:
        return contact_of(self.draws, ask, answer, self.metric[ask.programme])

    def _revisions(self) -> Iterator[tuple[Any, ...]]:
        """Every score that was sent, and the second step where words came with it."""
        for ask, answer in self.answered:
            response = self.responses[ask.key]
            for number, each in enumerate(answer.revisions, start=1):
                yield (
                    response, number, self.at(each.at), each.verdict, each.rule, each.score, "", {},
                    "{}", "",
                )  # fmt: skip
            if self._has_second_step(ask, answer):
                shown = answer.shown
                at = self.at(shown.at + FINISHED_AFTER)
                words = ("human", "", shown.score, answer.comment, self.said.told(ask))
                yield (response, len(answer.revisions) + 1, at, *words, *self._felt(ask, answer))

    def _has_second_step(self, ask: Ask, answer: Answer) -> bool:
        felt = feelings_of(answer) or self._contact_of(ask, answer)
        return bool(answer.comment or felt) or self.said.has(ask)

    def _suppressions(self) -> Iterator[tuple[Any, ...]]:
        narrow: set[str] = set()  # the first of each programme stopped only that one
        for ask in self.asked:
            for reason, second in (("opted_out", ask.opted_out_at), ("bounced", ask.bounced_at)):
                if second is None:
                    continue
                only = reason == "opted_out" and ask.programme not in narrow
                narrow |= {ask.programme} if only else set()
                programme = self.ground.programmes[ask.programme] if only else None
                row = (self._address(ask), reason, programme, self.invitations[ask.key])
                yield (*row, self.at(second))

    def _contact(self, ask: Ask) -> int | None:
        return self.loader.contacts[ask.interaction] if ask.interaction else None

    def _touchpoint(self, ask: Ask) -> int | None:
        if ask.interaction is None:
            return None
        return self.ground.touchpoints[self.interactions[ask.interaction].touchpoint]

    def _address(self, ask: Ask) -> str:
        told = self.customers[ask.customer]
        return "" if told.erased else address_key(told.email)

    def _context(self, ask: Ask) -> dict[str, str]:
        told = self.customers[ask.customer]
        company = {"company": self.companies[told.company]} if told.company else {}
        own = self.interactions[ask.interaction].context if ask.interaction else {}
        return {**properties_of(told, ask.at // DAY), **company, **own}

    def _maybe(self, second: int | None) -> datetime | None:
        return None if second is None else self.at(second)


def _sent(ask: Ask) -> int:
    return ask.at if ask.handed_over_at is None else ask.handed_over_at


def _first_human(answer: Answer | None) -> int | None:
    revisions = answer.revisions if answer else ()
    return next((each.at for each in revisions if each.verdict == "human"), None)
