"""`python -m tests.speed ADDRESS [TIMES]`: how long a running demo takes for each of its pages.

Signs in, follows the links from page to page until no kind of page is left, asks for each one
several times when it is warm, and prints the median and the quickest time in milliseconds. Fails
where the quickest is above what a page may take: on a busy machine the median tells of the others.
"""

import statistics
import sys
import time

import httpx
from bs4 import BeautifulSoup

from cxapp.demo import OWNER, PASSWORD
from tests.tour import DIFFERENT, kind

ALLOWED = 150  # milliseconds


def main(address: str, times: str = "5") -> int:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        root = _sign_in(client)
        rows = sorted(
            (_times(client, url, int(times)), name) for name, url in pages(client, root).items()
        )
    for (quickest, median), name in reversed(rows):
        sys.stdout.write(f"{name:<44}{median:>7.0f} ms {quickest:>7.0f} ms\n")
    slow = [name for (quickest, _), name in rows if quickest > ALLOWED]
    sys.stdout.write(f"{len(rows)} pages; above {ALLOWED} ms: {', '.join(slow) or 'none'}\n")
    return 1 if slow else 0


def _sign_in(client: httpx.Client) -> str:
    form = BeautifulSoup(client.get("/sign-in/").text, "html.parser").select_one(
        "form[method=post]"
    )
    assert form is not None
    token = form.select_one("input[name=csrfmiddlewaretoken]")
    assert token is not None
    said = {"csrfmiddlewaretoken": token["value"], "login": OWNER, "password": PASSWORD}
    answer = client.post("/sign-in/", data=said, headers={"Referer": str(client.base_url)})
    return str(answer.url)


def pages(client: httpx.Client, root: str) -> dict[str, str]:
    """One address for each kind of page, as `tests.tour` finds them in a browser."""
    ahead, seen, found = [root], set[str](), dict[str, str]()
    while ahead:
        url = ahead.pop(0)
        name, place = kind(url, root), url.partition("?")[0]
        if name is None or place in seen or (name in found and name not in DIFFERENT):
            continue
        seen.add(place)
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        found.setdefault(name, url)
        links = BeautifulSoup(answer.text, "html.parser").select("main a[href], .topbar a[href]")
        ahead += [str(answer.url.join(str(link["href"]))) for link in links]
    return found


def _times(client: httpx.Client, url: str, times: int) -> tuple[float, float]:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(url).raise_for_status()
        took.append((time.perf_counter() - begun) * 1000)
    return min(took), statistics.median(took)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1].rstrip("/"), *sys.argv[2:]))
