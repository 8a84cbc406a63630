"""The servers out of wheels: real, alone, and gone afterwards, whatever happens to the run."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import psutil
import psycopg2
import pytest
import redis

from cxapp import embedded
from cxapp.embedded import places, processes

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
TELL = (
    "import os, sys, time; print(os.environ['DATABASE_URL'], flush=True); "
    "time.sleep(float(sys.argv[1])); sys.exit(7)"
)


@pytest.fixture
def bare(monkeypatch):
    """An environment that names no server."""
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)


def start(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "cxapp.embedded", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A run in the background hears no Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **more,
    )


def all_gone(processes, seconds=10):
    return psutil.wait_procs(processes, timeout=seconds)[1] == []


def test_a_command_gets_real_servers_and_its_exit_code_comes_back(bare, folder):
    run = start("--data", folder, "--", sys.executable, "-c", TELL, 0)
    url, errors = run.communicate()

    assert (run.returncode, errors) == (7, "")
    assert url.startswith("postgres://cxapp_app:")
    with pytest.raises(psycopg2.OperationalError, match="Connection refused"):
        psycopg2.connect(url.strip())


ENDINGS = [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
if sys.platform == "linux":  # elsewhere the next run sweeps what a killed one left
    ENDINGS.append((signal.SIGKILL, -9))


@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_no_server_outlives_the_run(bare, folder, number, code):
    sleep = "import time; print('up', flush=True); time.sleep(20)"
    run = start("--data", folder, "--", sys.executable, "-c", sleep)
    with closing(run.stdout), closing(run.stderr):
        assert run.stdout.readline() == "up\n"
        children = psutil.Process(run.pid).children(recursive=True)
        servers = [child for child in children if "python" not in child.name()]
        assert {server.name() for server in servers} == {"postgres", "valkey-server"}

        run.send_signal(number)

        assert run.wait(timeout=30) == code
        assert all_gone(servers)
        for command in children:  # a killed run could not end the command that it ran
            if command.is_running():
                command.kill()


def test_two_copies_run_side_by_side(bare):
    with (
        embedded.temporary_servers(durable=False) as one,
        embedded.temporary_servers(durable=False) as other,
    ):
        assert {one[name] for name in ADDRESSES}.isdisjoint({other[name] for name in ADDRESSES})


def test_data_are_there_again_after_a_crash_that_left_a_foreign_pid(bare, folder):
    with (
        embedded.servers(folder) as addresses,
        closing(psycopg2.connect(addresses["DATABASE_OWNER_URL"])) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    stale = folder / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder}/postgres\n0\n5432\n\n\n\nready\n")

    with (
        embedded.servers(folder) as addresses,
        closing(psycopg2.connect(addresses["DATABASE_URL"])) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT answer FROM kept")

        assert cursor.fetchall() == [(42,)]


def test_a_folder_serves_one_run_at_a_time(bare, folder):
    with (
        embedded.servers(folder),
        pytest.raises(embedded.FolderInUse, match="in use by another run"),
        embedded.servers(folder),
    ):
        raise AssertionError


def test_the_environment_wins(monkeypatch, folder):
    given = {
        "DATABASE_URL": "postgres://app@db/cxapp",
        "DATABASE_OWNER_URL": "postgres://owner@db/cxapp",
        "REDIS_URL": "redis://cache/0",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with embedded.servers(folder / "unused") as addresses:
        assert addresses == given
        assert sorted(path.name for path in (folder / "unused").iterdir()) == ["lock"]


@pytest.mark.parametrize(
    ("there", "missing"),
    [("DATABASE_URL", "DATABASE_OWNER_URL"), ("DATABASE_OWNER_URL", "DATABASE_URL")],
)
def test_half_of_the_database_addresses_is_refused_by_name(
    bare, monkeypatch, folder, there, missing
):
    monkeypatch.setenv(there, "postgres://one@db/cxapp")

    run = start("--data", folder, "--", "true")
    output, errors = run.communicate()

    assert (run.returncode, output) == (1, "")
    assert errors.startswith(f"{there} is set and {missing} is not: give both")


def test_fsync_is_on_and_valkey_refuses_to_evict(bare):
    wanted = {"fsync": "on", "max_connections": "200", "data_checksums": "on"}

    with (
        embedded.temporary_servers() as addresses,
        closing(psycopg2.connect(addresses["DATABASE_URL"])) as connection,
        connection.cursor() as cursor,
        redis.Redis.from_url(addresses["REDIS_URL"], decode_responses=True) as client,
    ):
        names = list(wanted)
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [names])
        assert dict(cursor.fetchall()) == wanted
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_temporary_data_go_with_the_run_and_those_of_dead_runs_too(bare, tmp_path, monkeypatch):
    tmp_path.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / "cxapp-run-dead"
    dead.mkdir()
    (dead / "lock").touch()
    os.utime(dead / "lock", (time.time() - 3600,) * 2)
    for name in ADDRESSES:
        monkeypatch.setenv(name, f"{name}://elsewhere")

    with embedded.temporary_servers():
        present = list(tmp_path.iterdir())

    assert dead not in present
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """A machine whose folder in memory is this one, with six gigabytes available."""
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:  8000000 kB\nMemAvailable:  6291456 kB\n")
    monkeypatch.setattr(places, "AVAILABLE", told)
    monkeypatch.setattr(places, "MEMORY", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Mock(free=5 << 30))
    return tmp_path


@pytest.mark.parametrize(
    ("change", "in_memory"),
    [
        (lambda memory, patch: None, True),
        (
            lambda memory, patch: patch.setattr(
                shutil, "disk_usage", lambda _: Mock(free=64 << 20)
            ),
            False,
        ),
        (lambda memory, patch: (memory / "meminfo").write_text("MemAvailable: 900000 kB"), False),
        (lambda memory, patch: (memory / "meminfo").unlink(), False),
        (lambda memory, patch: patch.setattr(places, "MEMORY", memory / "none"), False),
    ],
    ids=["room", "a small folder", "little memory", "no word of memory", "no such folder"],
)
def test_rows_of_a_run_lie_in_memory_only_where_it_has_room(memory, monkeypatch, change, in_memory):
    change(memory, monkeypatch)

    hasty = places.for_a_run("cxapp-run-", durable=False)
    lasting = places.for_a_run("cxapp-run-", durable=True)

    assert (hasty.parent == memory) is in_memory
    assert lasting.parent == Path(tempfile.gettempdir())
    assert {hasty.parent, lasting.parent} <= {*places.of_runs()}
    assert places.for_programs(hasty) == Path(tempfile.gettempdir())
    hasty.rmdir()
    lasting.rmdir()


def test_a_reserved_port_is_free_for_its_program_and_taken_for_others():
    with processes.reserved_port(0) as port, socket.socket() as program:
        program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        program.bind(("127.0.0.1", port))
        program.listen()
        with processes.reserved_port(port) as another:
            assert another != port
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
