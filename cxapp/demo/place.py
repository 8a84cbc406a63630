"""Where this checkout's demo keeps its data, and what its processes are told."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PREFERRED_WEB, PREFERRED_MAIL = 8000, 1025


def data_folder() -> Path:
    """A folder in the checkout; root's lies outside, where PostgreSQL's own user may go."""
    if given := os.environ.get("CXAPP_DEMO_FOLDER"):
        return Path(given)
    if os.geteuid() != 0:
        return CHECKOUT / ".cx" / "demo"
    key = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    var = Path("/var/lib")
    parent = var if os.access(var, os.W_OK) else Path(tempfile.gettempdir())
    return parent / "cxapp-demo" / key


def environment(folder: Path, addresses: dict[str, str], web: int, mail: int) -> dict[str, str]:
    """The whole environment of the demo's processes; EMAIL_URL and debug switches do not count."""
    told = {
        "DJANGO_SETTINGS_MODULE": "cxapp.settings",
        "CXAPP_DEMO": "1",
        "CXAPP_DEBUG": "",
        "SECRET_KEY": _secret(folder),
        "TOKEN_KEY": "",
        "BASE_URL": f"http://localhost:{web}",
        "ALLOWED_HOSTS": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
        "DEFAULT_FROM_EMAIL": "Acme Mobile <feedback@acme.example>",
        "CXAPP_INBOX": str(inbox(folder)),
        "CXAPP_BEAT_FILE": str(folder / "beat"),
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **told, **addresses}


def inbox(folder: Path) -> Path:
    """The Maildir of the demo's mails."""
    return folder / "inbox"


def note_address(folder: Path, base_url: str) -> None:
    """Let a second `make demo` say where the first one is."""
    (folder / "address").write_text(base_url)


def noted_address(folder: Path) -> str:
    """Where the demo of this folder runs or last ran."""
    path = folder / "address"
    return path.read_text() if path.exists() else "another terminal"


def _secret(folder: Path) -> str:
    """The demo's own key, kept with its data so that links in its mails stay good."""
    path = folder / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
