"""What the holder of an unsubscribe link may choose among, and what was chosen before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from kit.catalogues import say
from surveys.models import Invitation, Programme, Suppression, Touchpoint
from surveys.queries.suppressed import addresses_of, spellings
from surveys.rules.kinds import WORDS, KindWords, kind_name
from surveys.rules.languages import SOURCE


@dataclass(frozen=True, kw_only=True)
class QuestionKind:
    """One line of the preference page; programmes that ask about the same share it."""

    name: str
    programmes: tuple[int, ...]
    is_stopped: bool


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What holds now for whoever this invitation went to."""

    all_stopped: bool
    own: QuestionKind
    kinds: tuple[QuestionKind, ...]


def stopped_programmes(addresses: Collection[str]) -> set[int | None]:
    """Return the programmes that these addresses opted out of; None stands for all of them."""
    written = [one for address in addresses for one in spellings(address)]
    held = Suppression.objects.filter(
        address_key__in=written, reason=Suppression.Reason.OPTED_OUT, lifted_at__isnull=True
    )
    return set(held.values_list("programme_id", flat=True))


def wishes(invitation: Invitation, language: str = SOURCE) -> Wishes:
    """Return the kinds of questions this customer may get, by their public names.

    `invitation` was loaded with its organisation and customer.
    """
    stopped = stopped_programmes(addresses_of(invitation))
    rows = _offered(invitation.programme_id, stopped)
    names = {row.pk: _name(row, invitation.organisation.name, language) for row in rows}
    kinds = [
        QuestionKind(
            name=name,
            programmes=tuple(key for key, own in names.items() if own == name),
            is_stopped=None in stopped
            or all(key in stopped for key, own in names.items() if own == name),
        )
        for name in dict.fromkeys(names.values())
    ]
    own = next(kind for kind in kinds if invitation.programme_id in kind.programmes)
    is_gone = invitation.customer.erased_at is not None
    return Wishes(all_stopped=None in stopped or is_gone, own=own, kinds=tuple(kinds))


def _offered(own: int, stopped: Iterable[int | None]) -> list[Programme]:
    """Those that ask now, the one of the link, and those that were stopped before."""
    known = [own, *(key for key in stopped if key is not None)]
    places = Touchpoint.objects.only("topic").order_by("id")
    rows = Programme.objects.filter(Q(is_on=True, archived_at__isnull=True) | Q(pk__in=known))
    return list(rows.prefetch_related(Prefetch("touchpoints", places)).order_by("id"))


def _name(programme: Programme, organisation: str, language: str) -> str:
    return kind_name(
        KindWords(**{name: say(language, f"kind.{name}", text) for name, text in WORDS.items()}),
        public_name=programme.public_name,
        is_relational=programme.kind == Programme.Kind.RELATIONAL,
        organisation=organisation,
        topics=[place.topic for place in programme.touchpoints.all()],
    )
