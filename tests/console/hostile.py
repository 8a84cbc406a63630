"""Words that try to become markup or code, and forms filled with them."""

from datetime import UTC, datetime
from itertools import cycle

BREAKOUTS = ["", '">', "'>", "</p>", "</a>", "</title>", "</script>", "</textarea>", "-->", "]]>"]
VECTORS = [
    "<xss-n data-xss>",
    "<img src=x onerror=alert(1) data-xss>",
    "<svg/onload=alert(1) data-xss>",
    "<script data-xss>alert(1)</script>",
    '" onfocus=alert(1) autofocus data-xss="',
    "' onmouseover=alert(1) data-xss='",
    "<a data-xss href=javascript:alert(1)>x</a>",
    "<iframe data-xss srcdoc=<script>alert(1)</script>>",
]
PAYLOADS = [before + vector for before in BREAKOUTS for vector in VECTORS]
# Found in a page that a browser has read, where no word of a person may have become a node.
NODES = "document.querySelectorAll('[data-xss], xss-n, a[href^=\"javascript:\" i]').length"
ENDLESS = "Donaudampfschifffahrt" * 10
PLAIN = {None, "text", "search", "tel"}
ORDINARY = {"email": "ada@mail.example", "number": "1", "date": "2026-01-01"}


def worded_forms(page):
    """The forms of a page that take words, by the address they are sent to."""
    for form in page.select("form[method=post]"):
        if any(is_worded(control) for control in form.select("input, textarea")):
            yield form


def is_worded(control):
    return control.name == "textarea" or control.get("type") in PLAIN


class Filler:
    """Fills forms; each field gets the next of the words, cut to its length."""

    def __init__(self, words):
        self.words = cycle(words)
        self.filled = set()

    def fill(self, form, *, spare=()):
        data = {}
        for control in form.select("input[name], textarea[name], select[name]"):
            value = self._value(control, spare)
            if value is not None:
                data.setdefault(control["name"], value)
        return data

    def _value(self, control, spare):
        kind = control.get("type")
        if control.name == "select":
            return _chosen(control)
        if kind in ("checkbox", "radio"):
            return control.get("value", "on") if control.has_attr("checked") else None
        if not is_worded(control) or control["name"] in spare:
            return control.get("value") or ORDINARY.get(kind, "")
        self.filled.add(control["name"])
        return next(self.words)[: int(control.get("maxlength") or 200)]


def _chosen(control):
    options = control.select("option")
    picked = [one for one in options if one.has_attr("selected")] or options
    values = [one.get("value", one.get_text()) for one in picked if one.get("value") != ""]
    return values[0] if values else next((one.get("value") for one in options[1:]), "")


def interaction(number, words):
    """A call of the API with words in every text it takes."""
    return {
        "source_id": f"{number} {words}"[:200],
        "source": words[:80],
        "touchpoint": "phone",
        "occurred_at": datetime.now(tz=UTC).isoformat(),
        "subject": words[:200],
        "customer": {
            "external_id": f"{number} {words}"[:120],
            "email": f"hostile{number}@mail.example",
            "name": words[:200],
            "phone": words[:40],
            "company": words[:200],
            "properties": {"plan": words[:200]},
        },
        "context": {"team": words[:200], "agent": words[:200]},
    }
