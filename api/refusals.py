"""What the stages refuse, as problem documents: each of their exceptions once, for all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accounts.queries.keys import Identity
from api.parsing import escaped
from api.problems import Fault, Kind, Problem
from metrics.actions.aiming import BenchmarkKnown
from metrics.actions.annotating import NoSuchDay
from metrics.actions.defining import BadDefinition, DefinedMeanwhile
from metrics.actions.tracking import AlreadySo, NoFreeSlot
from surveys.actions import hearing
from surveys.actions import registering as erased
from surveys.actions.adding import AnswerDiffers
from surveys.actions.archiving import TouchpointInUse
from surveys.actions.cancelling import AlreadyAnswered
from surveys.actions.correcting import AnswerIsErased
from surveys.actions.customers import PropertyMismatch, TooManyProperties
from surveys.actions.editing_companies import CompanyExists
from surveys.actions.editing_programmes import ProgrammeNameTaken
from surveys.actions.editing_touchpoints import TouchpointNameTaken
from surveys.actions.hearing import NothingAsked
from surveys.actions.linking import NotAskedThere
from surveys.actions.merging import SameCustomer
from surveys.actions.recording import InteractionDiffers, UnknownTouchpoint
from surveys.actions.registering import CustomerExists, CustomerIsMerged
from surveys.actions.stopping import AddressIsErased
from surveys.actions.tagging import BadTag, TagExists
from surveys.rules.metrics import ScoreRefused
from surveys.rules.questions import QuestionRefused
from surveys.rules.spoken import DayRefused
from surveys.rules.wording import WordingRefused

BENCHMARKED = (
    "This source already has a benchmark of this year for this card: remove that one first."
)


@contextmanager
def refusing(customer: str = "#") -> Iterator[None]:
    """Turn refusals into problems; `customer` is where in the body the customer stands."""
    try:
        yield
    except tuple(REFUSALS) as error:
        raise REFUSALS[type(error)](error, customer) from error


def only_for_all(caller: Identity, because: str) -> None:
    """Refuse to a key of one programme what reaches beyond it."""
    if caller.programme_id is not None:
        sentence = f"This key is for one programme, and {because}."
        raise Problem(Kind.SCOPE_MISSING, f"{sentence} Use a key for the whole organisation.")


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])


def _always(sentence: str, pointer: str) -> Callable[[Any, str], Problem]:
    return lambda *_: _refused(sentence, pointer)


def _taken(what: str) -> Callable[[Any, str], Problem]:
    sentence = f"Another {what} has this name."
    return lambda *_: Problem(Kind.NAME_TAKEN, sentence, [Fault(sentence, "#/name")])


def _not_now(sentence: str) -> Callable[[Any, str], Problem]:
    """The sentence may name what stands in the way, as the exception does."""
    return lambda error, _: Problem(Kind.NOT_POSSIBLE_NOW, sentence.format(error))


def _exists(error: CustomerExists, _: str) -> Problem:
    url = f"/api/v1/customers/{error.customer.pk}"
    sentence = f"This is customer {error.customer.pk} already. Change her with PATCH {url}."
    return Problem(Kind.CUSTOMER_EXISTS, sentence)


def merged_problem(into: int) -> Problem:
    url = f"/api/v1/customers/{into}"
    sentence = f"She is customer {into} now: {url}. Nothing is kept here any more."
    return Problem(Kind.CUSTOMER_MERGED, sentence, headers={"Location": url})


def _company_exists(error: CompanyExists, _: str) -> Problem:
    url = f"/api/v1/companies/{error.company.pk}"
    sentence = f"Company {error.company.pk} has this name or external_id: PATCH {url} changes it."
    return Problem(Kind.COMPANY_EXISTS, sentence)


def _mismatch(error: PropertyMismatch, customer: str) -> Problem:
    places = {"interaction": "#/context", "company": "#/properties"}
    where = places.get(error.owner, f"{customer}/properties")
    return _refused(str(error), f"{where}/{escaped(error.key)}")


def _differs(error: InteractionDiffers, _: str) -> Problem:
    stored, names = error.stored, ", ".join(error.names)
    sentence = (
        f"Interaction {stored.pk} has this source and source_id, and differs in: {names}. "
        "Nothing was changed. If yours is another event of the same thing, send a source_id of "
        f"its own, such as {stored.source_id[:60]}/solved-2."
    )
    faults = [
        Fault("Differs from what is stored.", f"#/{name.replace('.', '/')}") for name in error.names
    ]
    return Problem(Kind.INTERACTION_DIFFERS, sentence, faults)


def _answer_differs(error: AnswerDiffers, _: str) -> Problem:
    names = ", ".join(error.names)
    sentence = (
        f"Response {error.stored.pk} has this source and source_id, and differs in: {names}. "
        f"Nothing was changed. To correct it, PATCH /api/v1/responses/{error.stored.pk}."
    )
    faults = [Fault("Differs from what is stored.", f"#/{name}") for name in error.names]
    return Problem(Kind.RESPONSE_DIFFERS, sentence, faults)


REFUSALS: Mapping[type[Exception], Callable[[Any, str], Problem]] = {
    CustomerExists: _exists,
    CustomerIsMerged: lambda error, _: merged_problem(error.into),
    SameCustomer: _always("This is the same customer. Name the other one.", "#/merged_id"),
    CompanyExists: _company_exists,
    PropertyMismatch: _mismatch,
    TooManyProperties: lambda error, _: _refused(str(error), "#"),
    UnknownTouchpoint: _always(
        "There is no such touchpoint. GET /api/v1/touchpoints lists their slugs.", "#/touchpoint"
    ),
    NotAskedThere: _always("Name one touchpoint at which this programme asks.", "#/touchpoint"),
    InteractionDiffers: _differs,
    AnswerDiffers: _answer_differs,
    NothingAsked: _always(
        "The programme asks nothing there: name one of its touchpoints, or none where it has none.",
        "#/touchpoint",
    ),
    DayRefused: lambda error, _: _refused(str(error), "#/answered_at"),
    ScoreRefused: lambda error, _: _refused(str(error), "#/score"),
    BadTag: lambda error, _: _refused(str(error), "#/name"),
    BenchmarkKnown: lambda *_: Problem(
        Kind.NAME_TAKEN, BENCHMARKED, [Fault(BENCHMARKED, "#/source")]
    ),
    BadDefinition: lambda error, _: _refused(str(error), "#"),
    DefinedMeanwhile: _not_now("Somebody made a newer version meanwhile; read it first."),
    NoFreeSlot: lambda error, _: _refused(f"{error} Give one of them up first.", "#/key"),
    AlreadySo: _not_now("{} is so already, or will be once the answers are counted."),
    NoSuchDay: lambda error, _: _refused(str(error), "#/on_day"),
    AnswerIsErased: _not_now("Its customer was erased: nothing can be written here any more."),
    hearing.CustomerIsErased: _not_now("This person was erased: nothing is kept of her any more."),
    erased.CustomerIsErased: _not_now("This person was erased already."),
    AlreadyAnswered: _not_now(
        "The customer has answered. To keep the answer out of the figures, exclude it."
    ),
    TagExists: _taken("tag"),
    TouchpointNameTaken: _taken("touchpoint"),
    ProgrammeNameTaken: _taken("programme or survey"),
    WordingRefused: lambda error, _: _refused(str(error), "#"),
    QuestionRefused: lambda error, _: _refused(str(error), "#/questions"),
    TouchpointInUse: _not_now(
        "The programme {} asks there. Switch it off or take the touchpoint out."
    ),
    AddressIsErased: _not_now(
        "It belongs to an erased person: nobody can tell whose it is, or lift it."
    ),
}
