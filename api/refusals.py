"""What the stages refuse, as problem documents: each of their exceptions once, for all."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.parsing import escaped
from api.problems import Fault, Kind, Problem
from surveys.actions.customers import PropertyMismatch, TooManyProperties
from surveys.actions.linking import NotAskedThere
from surveys.actions.recording import InteractionDiffers, UnknownTouchpoint
from surveys.actions.registering import CustomerExists


@contextmanager
def refusing(customer: str = "#") -> Iterator[None]:
    """Turn refusals into problems; `customer` is where in the body the customer stands."""
    try:
        yield
    except CustomerExists as error:
        raise _exists(error) from error
    except PropertyMismatch as error:
        where = "#/context" if error.owner == "interaction" else f"{customer}/properties"
        raise _refused(str(error), f"{where}/{escaped(error.key)}") from error
    except TooManyProperties as error:
        raise _refused(str(error), "#") from error
    except UnknownTouchpoint as error:
        sentence = "There is no such touchpoint. GET /api/v1/touchpoints lists their slugs."
        raise _refused(sentence, "#/touchpoint") from error
    except NotAskedThere as error:
        sentence = "Name one touchpoint at which this programme asks."
        raise _refused(sentence, "#/touchpoint") from error
    except InteractionDiffers as error:
        raise _differs(error) from error


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])


def _exists(error: CustomerExists) -> Problem:
    url = f"/api/v1/customers/{error.customer.pk}"
    sentence = f"This is customer {error.customer.pk} already. Change her with PATCH {url}."
    return Problem(Kind.CUSTOMER_EXISTS, sentence)


def _differs(error: InteractionDiffers) -> Problem:
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
