"""Mails and pages as their readers see them; D-14: what every mail must carry."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage

from bs4 import BeautifulSoup
from django.conf import settings

ONE_CLICK = "List-Unsubscribe=One-Click"
SINGLE = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Auto-Submitted")
LINK = re.compile(
    r"(?:href|src|action|background)\s*=\s*[\"']?([^\"'\s>]+)|(https?://[^\s\"'<>)]+)"
)
NAMESPACE = "http://www.w3.org/"  # of the HTML element, never fetched


def stop_link(raw: str) -> str:
    """Where the mail's own header says one click unsubscribes."""
    mail = _parsed(raw)
    found = re.search(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))
    return found[1] if found else ""


def link_in(raw: str) -> str:
    """Where the mail asks for its answer."""
    found = re.search(r"/s/[\w-]+", _parsed(raw).get_body(["plain"]).get_content())
    assert found, raw
    return found[0]


def form_in(page: bytes) -> dict[str, str] | None:
    """What a browser would send if the first button were pressed now."""
    form = BeautifulSoup(page, "html.parser").find("form")
    if form is None:
        return None
    fields = {
        str(tag["name"]): str(tag.get("value", ""))
        for tag in form.find_all("input")
        if tag.get("type") != "radio" or tag.has_attr("checked")
    }
    return {**fields, **{str(tag["name"]): "Waiting." for tag in form.find_all("textarea")}}


def faults_of(raw: str) -> list[str]:
    """What is wrong with one mail; nothing for one that is as it must be."""
    return list(_faults(_parsed(raw))) if raw else []


def _parsed(raw: str) -> EmailMessage:
    return email.message_from_string(raw, policy=email.policy.SMTP)


def _faults(mail: EmailMessage) -> Iterator[str]:
    for name in SINGLE:
        if len(mail.get_all(name, [])) != 1:
            yield f"{len(mail.get_all(name, []))} headers {name}"
            return
    if len(mail["To"].addresses) != 1 or mail.get_all("Cc") or mail.get_all("Bcc"):
        yield "not one recipient"
    if mail["Date"].datetime is None:
        yield "no date"
    if mail["Auto-Submitted"] != "auto-generated":
        yield "not marked as automatic"
    if not re.search(rf"<{re.escape(settings.BASE_URL)}/u/[\w-]+>", mail["List-Unsubscribe"]):
        yield "no link of ours that unsubscribes"
    if mail["List-Unsubscribe-Post"] != ONE_CLICK:
        yield "no one-click"
    yield from _faults_of_body(mail)


def _faults_of_body(mail: EmailMessage) -> Iterator[str]:
    for kind in ("plain", "html"):
        part = mail.get_body([kind])
        words = str(part.get_content()) if part is not None else ""
        if not words.strip():
            yield f"no {kind} part"
        if any(not _is_ours(one or other) for one, other in LINK.findall(words)):
            yield f"a foreign link in the {kind} part"


def _is_ours(link: str) -> bool:
    return link.startswith((f"{settings.BASE_URL}/", NAMESPACE, "mailto:"))
