"""A whole installation for one test: web server, worker, beat and mail server as processes."""

import signal

from tests.chaos.machines import BEAT, WORKER, Fleet, answers, free_port


class Installation(Fleet):
    """Starts what docker-compose.yml starts, on one machine, and ends it."""

    def __init__(self, folder, environment, mail_port):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        super().__init__(
            folder,
            {
                **environment,
                "BASE_URL": self.address,
                "ALLOWED_HOSTS": "127.0.0.1",
                "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
                # Databases of the broker that no other test of this run touches.
                "REDIS_URL": environment["REDIS_URL"].rsplit("/", 1)[0] + "/8",
                # The rules of a dead worker's rows, within a test's patience.
                "HANDOVER_LEASE_SECONDS": "6",
                "EMAIL_DOT_TIMEOUT": "5",
            },
        )

    def __enter__(self):
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.start_web("web", self.port)
        self.start("worker", WORKER)
        self.start("beat", BEAT)
        try:
            self.wait_for("the web server", lambda: answers(self.address))
        except BaseException:
            self.__exit__()
            raise
        return self

    def kill_worker(self):
        """Kill -9; return how many processes that could have sent mail died with it."""
        children = self.children("worker")
        self.end("worker", signal.SIGKILL)
        return len(children)
