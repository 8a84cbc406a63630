"""Where this checkout's demo keeps its data, and what its processes are told."""

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PREFERRED_WEB, PREFERRED_MAIL = 8000, 1025
NOTED = ("BASE_URL", "EMAIL_URL", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


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
        "SUPPRESSION_KEY": "",
        "SMS_URL": "",
        "BASE_URL": f"http://localhost:{web}",
        "ALLOWED_HOSTS": "",
        # Its domain ends in .example, which only its own inbox can tell of.
        "DNS_SERVERS": f"127.0.0.1:{mail}",
        # Its helpdesk is the demo itself; nothing else is called but what was named for trying.
        "WEBHOOK_NETWORKS": ",".join(
            filter(None, (f"127.0.0.1/32:{web}", os.environ.get("WEBHOOK_NETWORKS")))
        ),
        "MAIL_PROVIDER": "",
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


def note(folder: Path, world: Mapping[str, str]) -> None:
    """Let other commands find the running demo: where it answers and where its data are."""
    path = folder / "world.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({name: world[name] for name in NOTED}))


def noted(folder: Path) -> dict[str, str]:
    """What the demo that runs on this folder has noted."""
    found: dict[str, str] = json.loads((folder / "world.json").read_text())
    return found


def _secret(folder: Path) -> str:
    """The demo's own key, kept with its data so that links in its mails stay good."""
    path = folder / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
