"""The product's web server as it is deployed, and people who hold links to it."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import httpx
from django.core.management import call_command
from django.db import connections

from kit import tokens
from surveys.models import Response
from surveys.queries.lookups import SURVEY
from tests.chaos.letters import form_in
from tests.chaos.machines import Fleet, answers, free_port
from tests.chaos.world import Company

# As the Dockerfile has it.
SERVE = (
    "granian --interface wsgi --host 127.0.0.1 --workers 2 --blocking-threads 8"
    " --respawn-failed-workers --no-ws"
)
LINES = 8
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Link:
    """One invitation and the token that opens it."""

    invitation: int
    token: str

    @property
    def path(self) -> str:
        return f"/s/{self.token}"

    def scored(self) -> list[str]:
        """The eleven links of its mail."""
        return [f"{self.path}?score={score}" for score in range(11)]


class Door:
    """Where customers come in, each by a connection of her own."""

    def __init__(self, fleet: Fleet, company: Company) -> None:
        self.fleet, self.company, self.port = fleet, company, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.links: list[Link] = []
        # Only plain HTTP is spoken, and reading the certificates takes longer than a scan.
        limits = httpx.Limits(max_connections=None)
        self.client = httpx.Client(base_url=self.address, timeout=60, limits=limits, verify=False)

    def open(self) -> None:
        call_command("collectstatic", verbosity=0, interactive=False)
        self._serve()
        self.fleet.wait_for("the web server", lambda: answers(self.address))

    def keep_up(self) -> int:
        """Start the server again where it has given up, as Docker would; 1 if that was needed."""
        if self.fleet.processes["web"].poll() is None:
            return 0
        self._serve()
        return 1

    def _serve(self) -> None:
        self.fleet.start("web", f"{SERVE} --port {self.port} cxapp.wsgi:application")

    def invite(self, count: int, *, ago: timedelta = timedelta(hours=1)) -> list[Link]:
        found = [
            Link(number, tokens.sign(SURVEY, number)) for number in self.company.ask(count, ago=ago)
        ]
        self.links += found
        return found

    def stored(self, links: Iterable[Link]) -> dict[int, tuple[int | None, str]]:
        """Score and standing of those of these links that have a response."""
        wanted = [link.invitation for link in links]
        with self.company.entered():
            rows = list(
                Response.objects.filter(invitation__in=wanted, score__isnull=False).values_list(
                    "invitation_id", "score", "standing"
                )
            )
        found = {number: (score, standing) for number, score, standing in rows}
        assert len(found) == len(rows), "two responses on one link"
        connections.close_all()
        return found


def at_once(
    call: Callable[[Given], Found], each: Sequence[Given], *, lines: int = LINES
) -> list[Found]:
    with ThreadPoolExecutor(lines) as pool:
        return list(pool.map(call, each))


def form_of(page: httpx.Response) -> dict[str, str]:
    return dict(form_in(page.content))


def is_once_more(page: httpx.Response) -> bool:
    return page.status_code == 200 and "One more tap" in page.text
