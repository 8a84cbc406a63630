"""The console's preview of a widget: the same script on an invented page; nothing is stored."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.template import loader

from kit import clock
from respond import pages
from respond.door import door
from respond.widget import shapes
from respond.widget.calls import Answer, Call
from surveys.queries.asked import Asked
from surveys.queries.previews import Sample, asked_as, read_preview

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
SIDES, SCHEMES = ("right", "left"), ("auto", "light", "dark")


def rules(_call: Call, _sample: Sample) -> Answer:
    return Answer({})


def question(call: Call, sample: Sample) -> Answer:
    asked = _asked(call, sample, None)
    return Answer({"ask": True, **shapes.question_told(asked, form="", at="", now=call.now)})


def score(call: Call, sample: Sample) -> Answer:
    raw = call.body.get("score")
    asked = _asked(call, sample, raw if isinstance(raw, int) else None)
    # In a preview the score stands for the answer that words are added to.
    more = shapes.why_told(asked, str(asked.score))
    is_more = more["why"] or more["questions"] or more["feelings"]
    return Answer(more if is_more else shapes.thanks_told(asked))


def why(call: Call, sample: Sample) -> Answer:
    given = call.text("answer")
    score = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else None
    return Answer(shapes.thanks_told(_asked(call, sample, score)))


def _asked(call: Call, sample: Sample, chosen: int | None) -> Asked:
    asked = asked_as(sample, score=None, language=call.tongue.chosen, scheme="")
    given = chosen if chosen in asked.scale.scores else asked.scale.highest
    return replace(asked, score=given, asks_contact=False)


def show_page(request: HttpRequest, token: str) -> HttpResponse:
    """A page that could be anybody's, with the widget open on it."""
    if read_preview(token, clock.now()) is None:
        return pages.closed()
    side, scheme = request.GET.get("side", ""), request.GET.get("scheme", "")
    context = {
        "token": token,
        "side": side if side in SIDES else SIDES[0],
        "scheme": scheme if scheme in SCHEMES else SCHEMES[0],
    }
    answer = pages.sealed(HttpResponse(loader.render_to_string("respond/widget.html", context)))
    answer["Content-Security-Policy"] = POLICY
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


page = door(show_page)
