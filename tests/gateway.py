"""A local HTTP server that behaves like Twilio's messages API, and can be told to misbehave."""

import json
import threading
import time
from base64 import b64decode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

ACCOUNT, TOKEN, SENDER = "AC00000000000000000000000000000000", "a-secret-token", "+15005550006"
WRONG_PERSON = (401, {"code": 20003, "message": "Authenticate", "status": 401})
NOT_FOUND = (404, {"code": 20404, "message": "The resource was not found", "status": 404})


@dataclass
class Gateway:
    """What was taken, and how the next requests are answered."""

    port: int = 0
    taken: list[dict[str, str]] = field(default_factory=list)
    taken_at: list[float] = field(default_factory=list)
    requests: int = 0
    next: list[object] = field(default_factory=list)

    @property
    def url(self):
        return f"twilio+http://{ACCOUNT}:{TOKEN}@127.0.0.1:{self.port}?from={SENDER}&timeout=1"

    def refuse(self, status, code=None, message="no"):
        """Answer the next request so; without a code the body is no JSON, as proxies do."""
        body = {"code": code, "message": message, "status": status} if code else None
        self.next.append((status, body))

    def misbehave(self, how):
        """`close`, `hang` or `garbage` once the request has arrived; the text is taken first."""
        self.next.append(how)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def do_POST(self):
        gateway = self.gateway
        gateway.requests += 1
        length = int(self.headers["Content-Length"])
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        planned = gateway.next.pop(0) if gateway.next else None
        if isinstance(planned, tuple):
            self._answer(*planned)
            return
        status, told = self._taken(form)
        if planned == "close":
            self.close_connection = True
        elif planned == "hang":
            time.sleep(1.5)
            self.close_connection = True
        elif planned == "garbage":
            self._answer(status, None)
        else:
            self._answer(status, told)

    def _taken(self, form):
        if self.headers.get("Authorization", "")[6:] == "" or self._pair() != (ACCOUNT, TOKEN):
            return WRONG_PERSON
        if self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return NOT_FOUND
        for name, code in (("To", 21604), ("From", 21603), ("Body", 21602)):
            if not form.get(name):
                return 400, {"code": code, "message": f"{name} is missing", "status": 400}
        if form["From"] != SENDER:
            return 400, {"code": 21606, "message": "Not your number", "status": 400}
        if not form["To"].startswith("+"):
            return 400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}
        self.gateway.taken.append(form)
        self.gateway.taken_at.append(time.monotonic())
        sid = f"SM{len(self.gateway.taken):032x}"
        told = {"sid": sid, "status": "queued", "to": form["To"], "error_code": None}
        return 201, told

    def _pair(self):
        return tuple(b64decode(self.headers["Authorization"][6:]).decode().split(":", 1))

    def _answer(self, status, told):
        body = b"<html>bad gateway</html>" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400 and told:
            self.send_header("Location", told["message"])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def serving():
    """Yield a running gateway."""
    gateway = Gateway()
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield gateway
    server.shutdown()
    server.server_close()
