"""Who sits before a widget: whom the site signed for, if it is believed, and her language."""

from dataclasses import dataclass, replace

from respond.widget.calls import Call
from surveys.queries.welcome import language_of
from surveys.queries.widgets import WidgetBehind
from surveys.rules.identities import Identity, NotBelieved, read_identity
from surveys.rules.languages import base_of


@dataclass(frozen=True, slots=True)
class Believed:
    """Who a call is signed for, or why that was not believed; neither where nothing was signed."""

    identity: Identity | None = None
    reason: str = ""


def believed(call: Call, widget: WidgetBehind) -> Believed:
    """Nobody is believed who is not signed for; then nothing is known of who sits there."""
    signed = call.text("customer")
    if not signed:
        return Believed()
    try:
        return Believed(read_identity(signed, widget.secrets(call.now), call.now))
    except NotBelieved as refused:
        return Believed(reason=str(refused))


def in_her_language(call: Call, widget: WidgetBehind, identity: Identity | None) -> Call:
    """The call as of somebody whose language is known better than by her browser."""
    language = language_of(widget, identity) if identity else ""
    if not language:
        return call
    return replace(call, tongue=replace(call.tongue, accepted=base_of(language)))
