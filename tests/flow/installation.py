"""A whole installation for one test: web server, worker, beat and mail server as processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
WEB = "granian --interface wsgi --host 127.0.0.1 --workers 1 --blocking-threads 4 --no-ws"
WORKER = "celery --app cxapp worker --concurrency 2 --without-gossip --without-mingle"
BEAT = "celery --app cxapp beat --pidfile="


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """Starts what docker-compose.yml starts, on one machine, and ends it."""

    def __init__(self, folder, environment, mail_port):
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **environment,
            "BASE_URL": self.address,
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            # Databases of the broker that no other test of this run touches.
            "REDIS_URL": environment["REDIS_URL"].rsplit("/", 1)[0] + "/8",
            "CXAPP_BEAT_FILE": str(folder / "beat"),
            # The rules of a dead worker's rows, within a test's patience.
            "HANDOVER_LEASE_SECONDS": "6",
            "EMAIL_DOT_TIMEOUT": "5",
        }
        self.processes = {}

    def __enter__(self):
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.start("worker", WORKER)
        self.start("beat", BEAT)
        self.start("web", f"{WEB} --port {self.port} cxapp.wsgi:application")
        try:
            self.wait_for("the web server", self._answers)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for name in list(self.processes):
            self.end(name, signal.SIGTERM)

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start(self, name, command):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, name, number):
        """Signal the process; with SIGKILL all of its children too, as a dying machine would."""
        process = self.processes.pop(name)
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill_worker(self):
        """Kill -9; return how many processes that could have sent mail died with it."""
        worker = self.processes["worker"].pid
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        self.end("worker", signal.SIGKILL)
        return len(children)

    def wait_for(self, what, condition, seconds=PATIENCE):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := condition():
                return found
            time.sleep(0.2)
        raise AssertionError(f"{what} did not come about in {seconds:.0f} s\n{self.logs()}")

    def logs(self):
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def _answers(self):
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False
