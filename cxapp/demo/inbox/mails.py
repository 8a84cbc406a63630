"""Mails as the inbox shows them, read from the Maildir that the SMTP server fills."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from mailbox import Maildir
from pathlib import Path

MOST = 200


@dataclass(frozen=True)
class Mail:
    """One mail that reached the demo's inbox."""

    key: str
    at: datetime
    sender: str
    to: str
    subject: str
    text: str
    html: str


def newest(folder: Path) -> list[Mail]:
    """The newest mails, newest first."""
    if not folder.is_dir():
        return []
    arrived = sorted(_arrivals(folder), reverse=True)
    return [mail for _, key in arrived[:MOST] if (mail := get(folder, key))]


def get(folder: Path, key: str) -> Mail | None:
    """One mail by its key, or None."""
    box = Maildir(folder, create=False)
    try:
        content = box.get_bytes(key)
    except KeyError:
        return None
    parsed = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    return Mail(
        key=key,
        at=datetime.fromtimestamp(_nanoseconds(folder, key) / 1e9, UTC),
        sender=str(parsed["From"] or ""),
        # Who gets it counts, not what the header says.
        to=str(parsed["X-RcptTo"] or parsed["To"] or ""),
        subject=str(parsed["Subject"] or "(no subject)"),
        text=_body(parsed, "plain"),
        html=_with_pictures(_body(parsed, "html"), parsed),
    )


def _arrivals(folder: Path) -> Iterator[tuple[int, str]]:
    for path in (folder / "new").iterdir():
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime_ns, path.name


def _nanoseconds(folder: Path, key: str) -> int:
    return (folder / "new" / key).stat().st_mtime_ns


def _with_pictures(html: str, mail: EmailMessage) -> str:
    """The pictures that a mail carries inside, such as the logo: no browser knows `cid:`."""
    for part in mail.walk():
        name, picture = str(part["Content-ID"] or "").strip("<> "), part.get_payload(decode=True)
        if name and part.get_content_maintype() == "image" and isinstance(picture, bytes):
            data = f"data:{part.get_content_type()};base64,{b64encode(picture).decode()}"
            html = html.replace(f"cid:{name}", data)
    return html


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""
