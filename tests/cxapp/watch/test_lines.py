"""Log lines: one each, readable by machines, and without what lets anybody in."""

import io
import json
import logging
import sys
from pathlib import Path

import pytest

from cxapp.watch.lines import TOLD, JsonLines, PlainLines
from cxapp.watch.scrubbing import scrubbed
from kit import tracing

ROOT = Path(__file__).resolve().parents[3]
FORGED = 'x\n2026-05-12 INFO {"event": "all is well"}\r\n\x1b[2Kgone\x85\u2028next'


@pytest.fixture(params=[JsonLines, PlainLines])
def written(request):
    """Log something and get the lines that were written."""

    def write(message, *arguments, error=None, **told):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(request.param())
        record = logging.LogRecord(
            "cxapp.test", logging.WARNING, "here.py", 1, message, arguments, error
        )
        record.told = told
        handler.emit(record)
        return stream.getvalue()

    return write


def failure(text):
    try:
        int(f"{text}{text}")
    except ValueError:
        return sys.exc_info()


def test_whatever_is_in_it_begins_no_line_of_its_own(written):
    text = written("somebody wrote %s", FORGED, error=failure(FORGED), agent=FORGED)
    lines = text.splitlines()
    assert "\x1b" not in text
    assert all(line.startswith("    | ") for line in lines[1:])
    assert not [line for line in lines if line.startswith(("2026", '{"event', "gone", "next"))]


def test_json_has_the_request_and_who_is_behind_it():
    tracing.begin("request-0001")
    tracing.note(organisation=7, key=3)
    record = logging.LogRecord("a.b", logging.INFO, "", 1, "said %s", ("this",), None)
    setattr(record, TOLD, {"status": 200})
    line = json.loads(JsonLines().format(record))
    tracing.end()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info", "logger": "a.b", "event": "said this",
        "request_id": "request-0001", "organisation": 7, "key": 3, "status": 200,
    }  # fmt: skip


def test_what_a_library_hangs_on_its_record_is_not_printed():
    record = logging.LogRecord("celery", logging.ERROR, "", 1, "failed", (), None)
    record.data = {"args": "['ada@mail.example']"}
    record.request = "<WSGIRequest: GET '/s/abc'>"
    assert set(json.loads(JsonLines().format(record))) == {"at", "level", "logger", "event"}


SECRETS = {
    "Not Found: /s/1E5kQ9ZrT3bVw7NcXy2HgJmLpA": "Not Found: /s/[token]",
    "GET /join/abcdefgh12345678/ failed": "GET /join/[token]/ failed",
    "the code was 1bM4xQ9ZrT3bVw7NcXy2HgJ": "the code was [token]",
    "Authorization: Bearer abc.def-123456": "Authorization: [secret] [key]",
    "key cx_12345678_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef refused": "key [key] refused",
    "secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "secret [key]",
    "mail to ada.o'brien+x@mail.example bounced": "mail to [address] bounced",
    "smtp://user:pa55@mail.example.com:587": "smtp://[secret]@mail.example.com:587",
    "GET /o/acme/brand?for=1&sig=AbC": "GET /o/acme/brand?for=[value]&sig=[value]",
    "text to +44 7700 900077 failed": "text to [number] failed",
    "DETAIL:  Key (external_id)=(CANARY) exists.\nnext": "DETAIL: [left out]\nnext",
    "{'password': 'hunter2', 'n': 1}": "{'password': '[secret]', 'n': 1}",
}


@pytest.mark.parametrize(("text", "shown"), SECRETS.items())
def test_what_lets_somebody_in_is_left_out(text, shown):
    assert scrubbed(text) == shown


@pytest.mark.parametrize(
    "text",
    ["reaction count answers to event 4711 failed", "2026-05-12 10:30:00", "n = 412 and 390",
     "request 0af7651916cd43dd8448eb211c80319c", "/api/v1/customers/4711", "surveys.deliver"],
)  # fmt: skip
def test_what_helps_to_understand_stays(text):
    assert scrubbed(text) == text


def test_the_web_server_s_own_lines_are_written_alike():
    config = json.loads((ROOT / "cxapp" / "watch" / "granian.json").read_text())
    own = f"{JsonLines.__module__}.{JsonLines.__qualname__}"
    assert config["formatters"] == {"json": {"()": own}}
    assert '"--log-config", "cxapp/watch/granian.json"' in (ROOT / "Dockerfile").read_text()
    assert "--access-log" not in (ROOT / "Dockerfile").read_text()  # addresses as they were typed
