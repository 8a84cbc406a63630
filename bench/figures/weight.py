"""What a browser loads for the survey page, counted on the wire."""

import re
import socket

from bench.figures.answering import survey_tokens
from bench.results import Figure
from bench.setting import Setting

ASKED_FOR = re.compile(rb"<(?:link|script|img)[^>]*?(?:href|src)=\"([^\"]+)\"")


def survey_kb(setting: Setting) -> Figure:
    """Headers and compressed bodies of the page and all it names, in kB; at most two requests."""
    (token,) = survey_tokens(setting, 1)
    page, plain = _load(setting.product, f"/s/{token}?score=4")
    parts = [name.decode() for name in ASKED_FOR.findall(plain) if not name.startswith(b"data:")]
    sizes = [page] + [_load(setting.product, name)[0] for name in parts]
    # A third request breaks the promise as surely as a heavy page does.
    over = 1000.0 if len(sizes) > 2 else 0.0
    return Figure(
        name="survey_kb",
        value=sum(sizes) / 1000 + over,
        unit=f"kB in {len(sizes)} requests",
        must=14,
        goal=8,
        better="lower",
        runs=[size / 1000 for size in sizes],
        setup="Accept-Encoding: br, gzip; headers included",
    )


def _load(port: int, path: str) -> tuple[int, bytes]:
    """Return the bytes on the wire with compression, and the body without."""
    wire = _fetch(port, path, "br, gzip")
    return len(wire), _fetch(port, path, "identity")


def _fetch(port: int, path: str, encoding: str) -> bytes:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encoding}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {answer[:200]!r}")
    return answer
