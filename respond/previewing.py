"""The editor's preview: the survey's own pages and its mail in a frame, where nothing is stored."""

from base64 import b64encode
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from kit import clock
from respond import anonymously, not_me_pages, pages
from respond.door import door, fields
from respond.steps import read_score
from respond.tongues import Tongue
from surveys.channels.previews import preview_mail
from surveys.queries.asked import Asked
from surveys.queries.previews import Sample, asked_as, read_preview, sample_of
from surveys.rules.languages import NAMES

NOBODYS = Tongue()
SCHEMES = ("light", "dark")
DARK = "@media (prefers-color-scheme: dark)"
SPLITS = "~"  # the token's own part ends here; behind it stand language, scheme and score
FRAMED = {"X-Frame-Options": "SAMEORIGIN"}
# A mail brings its own styles; it may do nothing but be looked at and lead to the page. Of
# another origin the browser would refuse it to the frame.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What is previewed and how; the address of every page carries all of it."""

    sample: Sample
    language: str
    scheme: str

    def asked(self, score: int | None) -> Asked:
        return asked_as(self.sample, score=score, language=self.language, scheme=self.scheme)


def _look(token: str) -> Look | None:
    signed, language, scheme, _ = _parts(token)
    found = read_preview(signed, clock.now())
    sample = sample_of(found) if found else None
    if sample is None or scheme not in ("", *SCHEMES) or language not in ("", *NAMES):
        return None
    return Look(sample, language, scheme)


def _parts(token: str) -> list[str]:
    return [*token.split(SPLITS), "", "", ""][:4]


def _scored(token: str, score: int) -> str:
    """The token with the score behind it: the form of the second step sends none."""
    return SPLITS.join([*_parts(token)[:3], str(score)])


def show_page(request: HttpRequest, token: str) -> HttpResponse:
    look = _look(token)
    if look is None:
        return pages.closed()
    asked = look.asked(None)
    if asked.is_anonymous:
        return _framed(anonymously.show(anonymously.Opened(asked, token, NOBODYS, clock.now())))
    score = read_score(request.GET.get("score"), asked.scale)
    return _framed(pages.question(asked, token, clock.now(), score=score))


def send_page(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on as the real page does; a preview stores nothing."""
    if (look := _look(token)) is not None and look.sample.is_anonymous:
        return _framed(pages.see(f"/p/{token}/thanks"))
    return _framed(pages.see(f"/p/{token}/why?score={fields(request).get('score', '')[:2]}"))


def show_why(request: HttpRequest, token: str) -> HttpResponse:
    look = _look(token)
    if look is None:
        return pages.closed()
    if look.sample.is_anonymous:
        return _framed(pages.see(f"/p/{token}"))  # it has no second step
    given = read_score(request.GET.get("score"), look.asked(None).scale)
    score = _highest(look) if given is None else given
    return _framed(pages.why(look.asked(score), _scored(token, score)))


def send_why(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to the thanks that such a score gets."""
    *_, score = _parts(token)
    return _framed(pages.see(f"/p/{token}/thanks?score={score[:2]}"))


def show_thanks(request: HttpRequest, token: str) -> HttpResponse:
    look = _look(token)
    if look is None:
        return pages.closed()
    if look.sample.is_anonymous:
        return _framed(anonymously.thanks(look.asked(None)))
    score = read_score(request.GET.get("score"), look.asked(None).scale)
    asked = look.asked(_highest(look) if score is None else score)
    return _framed(pages.thanks(replace(asked, answered_at=clock.now()), token))


def show_not_me(request: HttpRequest, token: str) -> HttpResponse:
    look = _look(token)
    if look is None:
        return pages.closed()
    return _framed(not_me_pages.ask(look.asked(_highest(look)), token, clock.now()))


def send_not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody would see; a preview takes nothing out."""
    form, look = fields(request), _look(token)
    if look is None:
        return pages.closed()
    asked, is_undo = look.asked(_highest(look)), form.get("act") == "undo"
    if is_undo:
        return _framed(not_me_pages.undone(asked))
    return _framed(not_me_pages.done(asked, token, clock.now()))


def show_mail(request: HttpRequest, token: str) -> HttpResponse:
    look = _look(token)
    if look is None:
        return pages.closed()
    mail = preview_mail(look.sample, language=look.language, link=f"/p/{token}", now=clock.now())
    when = {"dark": "@media all", "light": "@media not all"}.get(look.scheme, DARK)
    html = mail.html.replace(DARK, when)
    for name, png in mail.pictures:  # they travel inside the mail; a frame has no such inside
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(png).decode()}")
    answer = _framed(pages.sealed(HttpResponse(html)))
    answer["Content-Security-Policy"] = MAIL_POLICY
    return answer


def _highest(look: Look) -> int:
    return look.asked(None).scale.highest


def _framed(answer: HttpResponse) -> HttpResponse:
    """Let the console, and nobody else, show it in a frame."""
    policy = answer["Content-Security-Policy"]
    answer["Content-Security-Policy"] = policy.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    for name, value in FRAMED.items():
        answer[name] = value
    return answer


page = door(show_page, send_page)
why = door(show_why, send_why)
thanks = door(show_thanks)
not_me = door(show_not_me, send_not_me)
mail = door(show_mail)
