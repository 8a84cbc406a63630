"""A sink of its own for every test that talks SMTP."""

import pytest

from kit.mail.smtp import Route, SmtpTransport
from tests.chaos.sink import Sink


@pytest.fixture
def sink(tmp_path, socket_enabled):
    with Sink(tmp_path / "sink.jsonl", keep=True) as running:
        yield running


@pytest.fixture
def transport(sink):
    opened = SmtpTransport(Route("127.0.0.1", sink.port, timeout=1.2, dot_timeout=1.2))
    yield opened
    opened.close()
