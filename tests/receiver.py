"""Somebody who takes webhooks, on this machine: keeps what came and answers as it is told."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kit.http import read_named


@dataclass
class Request:
    path: str
    headers: dict
    body: bytes

    @property
    def said(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What was received; `answers` are given in turn, the last one for ever."""

    port: int = 0
    received: list = field(default_factory=list)
    answers: list = field(default_factory=lambda: [(200, {}, b"thanks")])
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook?from=cxapp"

    @property
    def network(self):
        return read_named(f"127.0.0.1/32:{self.port}")

    @property
    def ids(self):
        return [one.id for one in self.received]

    def answer(self, status, body=b"", **headers):
        """Answer so from now on."""
        self.answers = [(status, headers, body)]

    def take(self, request):
        with self.lock:
            self.received.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def handler_of(receiver):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            receiver.connections += 1
            super().setup()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, said = receiver.take(Request(self.path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def receiving():
    """A receiver that listens for as long as the block runs."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(receiver))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
