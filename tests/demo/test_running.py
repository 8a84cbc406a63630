"""`make demo` as a person runs it: started, used, ended, started again; and refused."""

import http.client
import os
import re
import secrets
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest
import redis

from cxapp import demo
from cxapp.demo import marker
from cxapp.embedded import processes
from cxapp.embedded import valkey as valkey_wheel
from kit import clock
from tests import databases
from tests.demo.visiting import (
    Visitor,
    asks_why_priya_was_not_asked,
    crowding,
    posts_the_live_call,
    reads_the_story,
    sees_it_as_a_customer,
)

CHECKOUT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "EMAIL_URL")
QUICK = 15  # seconds until a second start is ready; the story anew takes far longer

pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("demo")]


class Demo:
    """One run of the demo and what it has said so far."""

    def __init__(self, folder, *arguments, **variables):
        rest = {name: value for name, value in os.environ.items() if name not in OURS}
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cxapp.demo", *arguments],
            cwd=CHECKOUT,
            env={**rest, "CXAPP_DEMO_FOLDER": str(folder), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=processes.ends_with_parent(signal.SIGTERM),
        )

    def until_ready(self):
        began = time.monotonic()
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ready: "):
                return time.monotonic() - began
        raise AssertionError(self.said)

    @property
    def port(self):
        return int(re.search(r"Ready: http://localhost:(\d+),", self.said)[1])

    def get(self, path, **headers):
        with closing(http.client.HTTPConnection("localhost", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=90)
        self.said += rest
        return self.process.returncode


def mail_port(run):
    moved = re.search(r"the inbox gets port (\d+)", run.said)
    return int(moved[1]) if moved else 1025


def send(port, subject):
    mail = EmailMessage()
    mail["From"], mail["To"] = "a@acme.example", "b@customers.example"
    mail["Subject"] = subject
    mail.set_content("Hello")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(mail)


def finished(run):
    said, _ = run.process.communicate(timeout=120)
    return run.process.returncode, said


def test_it_starts_ends_without_a_trace_and_goes_on_where_it_was(folder, page):
    kept = f"kept over the night {secrets.token_hex(4)}"
    with socket.socket() as taken:
        # Also while connections of an earlier run fade: the demo would take the port then.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # another program holds it already: as good
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        first = Demo(folder, EMAIL_URL="smtp://mail.example:25")
        first.until_ready()
        try:
            assert re.match(r"1/5 .*\n2/5 Starting PostgreSQL and Valkey\n", first.said)
            assert "EMAIL_URL is ignored" in first.said
            assert f"Port 8000 is taken: the pages get port {first.port}." in first.said
            assert first.said.splitlines()[-1] == (
                f"Ready: http://localhost:{first.port}, sign in as {demo.OWNER} / {demo.PASSWORD}"
            )
            assert first.get("/healthz")[0] == 200
            maya = Visitor(page, first.port)
            reads_the_story(maya)
            asks_why_priya_was_not_asked(maya)
            sees_it_as_a_customer(maya)
            posts_the_live_call(maya)
            send(mail_port(first), kept)
            status, inbox = first.get("/inbox/")
            assert (status, inbox.count(kept)) == (200, 1)
            commands = [" ".join(process.cmdline()) for process in first.family()]
            for part in ("granian", "celery --app cxapp worker", "celery --app cxapp beat"):
                assert any(part in command for command in commands), part
            code, said = finished(Demo(folder))
            assert code == 1
            assert f"is running already, at http://localhost:{first.port}." in said
        finally:
            family = first.family()
            code = first.end()

    assert code == 0
    assert first.said.endswith("Stopped. The data stay; `make demo` goes on from here.\n")
    assert psutil.wait_procs(family, timeout=5)[1] == []

    again = Demo(folder)
    seconds = again.until_ready()
    try:
        assert again.get("/inbox/")[1].count(kept) == 1
        # At another port than yesterday's; the widget of the help page has come along.
        widget = re.search(r'data-widget="(\w+)"', again.get("/acme-help/")[1])[1]
        assert again.get(f"/w/{widget}", Origin=f"http://localhost:{again.port}")[0] == 200
    finally:
        family = again.family()
        code = again.end(signal.SIGINT)

    assert code == 0
    assert "3/5 Acme Mobile is there, invented on" in again.said
    assert "Inventing" not in again.said
    assert seconds < QUICK * crowding()
    assert psutil.wait_procs(family, timeout=5)[1] == []


@contextmanager
def given_database(model):
    """A copy of the model, of the owner's, given to the demo by the environment."""
    name = f"demo_{secrets.token_hex(6)}"
    owner = os.environ["DATABASE_OWNER_URL"]
    execute(owner, f"CREATE DATABASE {name} TEMPLATE {model}")
    execute(owner, f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    execute(owner, f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO cxapp_app")
    yield {
        variable: f"{os.environ[variable].rpartition('/')[0]}/{name}"
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    execute(owner, f"DROP DATABASE {name}")


@pytest.fixture
def database(django_db_setup):
    """An empty one."""
    with given_database("template1") as addresses:
        yield addresses


@pytest.fixture
def marked(django_db_setup):
    """The demo's own, migrated before the first story."""
    with given_database(databases.MODEL) as addresses:
        execute(addresses["DATABASE_OWNER_URL"], marker.CREATE, [clock.now()])
        yield addresses


def execute(url, command, values=None, *, fetch=False):
    parts = urlsplit(url)
    with closing(
        psycopg2.connect(
            host=parts.hostname,
            port=parts.port,
            user=parts.username,
            password=parts.password,
            dbname=parts.path[1:],
        )
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(command, values)
            return cursor.fetchall() if fetch else None


def tables(database):
    return [
        name
        for (name,) in execute(
            database["DATABASE_OWNER_URL"],
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
            fetch=True,
        )
    ]


@pytest.mark.parametrize("arguments", [[], ["reset"], ["reset", "--yes"]])
def test_a_foreign_database_is_left_alone(folder, database, arguments):
    execute(database["DATABASE_OWNER_URL"], "CREATE TABLE invoices AS SELECT 1 AS number")

    code, said = finished(Demo(folder, *arguments, **database))

    assert tables(database) == ["invoices"]
    if arguments:
        assert (code, said) == (
            0,
            "There is no demo in this database: nothing to forget.\n",
        )
    else:
        assert code == 1
        assert "The database of DATABASE_URL is not the demo's" in said


@pytest.fixture
def valkey():
    """A Valkey of somebody's own, with one key in it."""
    with tempfile.TemporaryDirectory() as place, valkey_wheel.serve(Path(place)) as address:
        with redis.Redis.from_url(address["REDIS_URL"]) as client:
            client.set("somebody's", "basket")
        yield address


def test_a_foreign_valkey_is_left_alone(folder, database, valkey):
    code, said = finished(Demo(folder, **database, **valkey))

    with redis.Redis.from_url(valkey["REDIS_URL"]) as client:
        assert client.keys() == [b"somebody's"]
    assert code == 1
    assert "The Valkey of REDIS_URL is in use by something else" in said
    assert tables(database) == []


def test_servers_that_do_not_answer_are_named(folder, database):
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    away = {name: re.sub(r":\d+/", ":1/", url) for name, url in database.items()}

    assert (
        "The Valkey of REDIS_URL does not answer" in finished(Demo(folder, **database, **nobody))[1]
    )
    assert "The database does not answer" in finished(Demo(folder, **away, **nobody))[1]


@pytest.mark.parametrize("missing", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_half_of_the_database_addresses_is_refused_by_name(folder, database, missing):
    del database[missing]

    code, said = finished(Demo(folder, **database))

    assert code == 1
    assert f"and {missing} is not: give both" in said


def test_reset_names_what_was_started_by_hand_and_deletes_it_only_when_told(folder, marked):
    world = {
        **{name: value for name, value in os.environ.items() if name not in OURS},
        **marked,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "BASE_URL": "http://localhost:8000",
        "REDIS_URL": os.environ["REDIS_URL"],
    }

    command = [sys.executable, "manage.py", "create_organisation", "--name", "Corner Bakery"]
    command += ["--time-zone", "Europe/Berlin", "--owner-email", "me@bakery.example"]
    subprocess.run(command, cwd=CHECKOUT, env=world, check=True, capture_output=True)

    code, said = finished(Demo(folder, "reset", **marked))

    assert code == 1
    assert said.startswith("Nothing was deleted: Corner Bakery was started here by hand.")
    assert "accounts_organisation" in tables(marked)

    code, said = finished(Demo(folder, "reset", "--yes", **marked))

    assert (code, said) == (0, "The demo's data are gone. `make demo` starts over.\n")
    assert tables(marked) == []


def test_real_input_is_counted_once_however_often_it_is_imported(folder, marked, tmp_path):
    answers = tmp_path / "my answers.csv"
    answers.write_text(
        "answered_at,score,comment,touchpoint\n"
        "2026-03-01 10:00,10,lovely,Shop\n"
        "2026-03-01 11:00,9,,Shop\n"
        "2026-03-02 10:00,3,slow,Phone\n"
        "2026-03-02 12:00,,no score,Phone\n"
    )

    first = finished(Demo(folder, "real-input", str(answers), **marked))
    second = finished(Demo(folder, "real-input", str(answers), **marked))

    for code, said in (first, second):
        assert code == 0
        assert said.splitlines()[-4:] == [
            "Counted by the product: 3 scores at 2 touchpoints.",
            "2 promoters, 0 passives, 1 detractors",
            "NPS 33.33, shown +33",
            "1 answers in words only stand beside them, in no score.",
        ]
    assert "4 answers added, 0 were there already." in first[1]
    assert "0 answers added, 4 were there already." in second[1]


def test_real_input_without_a_file_says_so(folder, database):
    code, said = finished(Demo(folder, "real-input", "nowhere.csv", **database))

    assert (code, said) == (1, "There is no file nowhere.csv: nothing was imported.\n")
    assert tables(database) == []
