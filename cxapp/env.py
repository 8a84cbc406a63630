"""What this installation is told by its environment: read once, checked at once, typed."""

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from kit.http import Named, read_named
from kit.providers import PROVIDERS

SHORTEST_KEY = 40
SHORTEST_TOKEN = 20
Network = IPv4Network | IPv6Network
SURVEY_TOKENS, SUPPRESSIONS = b"cxapp survey tokens", b"cxapp suppressions"
ANYMAIL = "ANYMAIL_"
DEBUG_KEY = "insecure-key-for-development-only-never-for-an-installation"
# Only a developer's machine (CXAPP_DEBUG) may leave these out.
DEBUG_DEFAULTS = {
    "SECRET_KEY": DEBUG_KEY,
    "BASE_URL": "http://localhost:8000",
    "DATABASE_URL": "postgres://cxapp_app@127.0.0.1:5432/cxapp",
    "DATABASE_OWNER_URL": "postgres://cxapp_owner@127.0.0.1:5432/cxapp",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
MEANING = {
    "SECRET_KEY": f"a random key of at least {SHORTEST_KEY} characters that signs sessions",
    "BASE_URL": "the address people open, such as https://feedback.example.com",
    "DATABASE_URL": "the application role, which row-level security binds",
    "DATABASE_OWNER_URL": "the owner role, which migrates",
    "REDIS_URL": "Valkey or Redis with maxmemory-policy noeviction",
}


@dataclass(frozen=True)
class Env:
    """The whole configuration of one installation."""

    secret_key: str
    debug: bool
    demo: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    database_url: str
    database_owner_url: str
    redis_url: str
    email_url: str | None
    mail_provider: str
    anymail: tuple[tuple[str, str], ...]
    mail_rate: float | None
    dns_servers: tuple[str, ...]
    email_dot_timeout: float
    handover_lease_seconds: float
    default_from_email: str
    token_key: str
    token_keys_old: tuple[str, ...]
    suppression_key: str
    suppression_keys_old: tuple[str, ...]
    trusted_proxies: int
    api_calls_a_minute: int
    api_refusals_a_minute: int
    webhook_networks: tuple[Named, ...]
    metrics_token: str = ""
    log_format: str = "json"
    log_requests: bool = True
    metrics_networks: tuple[Network, ...] = ()
    demo_inbox: str = ""
    failpoints: bool = False

    @property
    def secure(self) -> bool:
        """Whether people reach this installation by https."""
        return self.base_url.startswith("https://")


def read() -> Env:
    """Read and check the environment; the one error names everything that is wrong."""
    source = environ.Env()
    debug: bool = source.bool("CXAPP_DEBUG", default=False)
    values = {name: _text(source, name, debug=debug) for name in MEANING}
    demo: bool = source.bool("CXAPP_DEMO", default=False)
    problems = _missing(values) + _wrong(values, known_key_allowed=debug)
    problems += _wrong_mail(source) + _wrong_watching(source)
    problems += _wrong_networks(source)
    if problems:
        raise ImproperlyConfigured("cxapp cannot start. " + " ".join(problems))
    return Env(
        secret_key=values["SECRET_KEY"],
        debug=debug,
        demo=demo,
        base_url=values["BASE_URL"].rstrip("/"),
        allowed_hosts=_hosts(source, values["BASE_URL"], local=debug or demo),
        database_url=values["DATABASE_URL"],
        database_owner_url=values["DATABASE_OWNER_URL"],
        redis_url=values["REDIS_URL"],
        email_url=_text(source, "EMAIL_URL", debug=False) or None,
        mail_provider=_text(source, "MAIL_PROVIDER", debug=False).lower(),
        anymail=_anymail(source),
        mail_rate=_rate(source) or None,
        dns_servers=tuple(source.list("DNS_SERVERS", default=[])),
        email_dot_timeout=source.float("EMAIL_DOT_TIMEOUT", default=600.0),
        handover_lease_seconds=source.float("HANDOVER_LEASE_SECONDS", default=120.0),
        default_from_email=_sender(source, values["BASE_URL"]),
        token_key=_key(source, "TOKEN_KEY", values["SECRET_KEY"], SURVEY_TOKENS),
        token_keys_old=tuple(source.list("TOKEN_KEYS_OLD", default=[])),
        suppression_key=_key(source, "SUPPRESSION_KEY", values["SECRET_KEY"], SUPPRESSIONS),
        suppression_keys_old=tuple(source.list("SUPPRESSION_KEYS_OLD", default=[])),
        trusted_proxies=source.int("TRUSTED_PROXIES", default=0),
        api_calls_a_minute=source.int("API_CALLS_A_MINUTE", default=1200),
        api_refusals_a_minute=source.int("API_REFUSALS_A_MINUTE", default=60),
        metrics_token=_text(source, "METRICS_TOKEN", debug=False),
        metrics_networks=_networks(source),
        webhook_networks=tuple(map(read_named, source.list("WEBHOOK_NETWORKS", default=[]))),
        log_format=_log_format(source, local=debug or demo),
        log_requests=source.bool("LOG_REQUESTS", default=True),
        demo_inbox=_text(source, "CXAPP_INBOX", debug=False) if demo else "",
        failpoints=source.bool("CXAPP_FAILPOINTS", default=False),
    )


def _text(source: environ.Env, name: str, *, debug: bool) -> str:
    fallback = DEBUG_DEFAULTS.get(name, "") if debug else ""
    value: str = source.str(name, default="")
    return value.strip() or fallback


def _missing(values: dict[str, str]) -> list[str]:
    return [f"{name} is missing: {MEANING[name]}." for name, value in values.items() if not value]


def _wrong(values: dict[str, str], *, known_key_allowed: bool) -> list[str]:
    problems = []
    key, base = values["SECRET_KEY"], values["BASE_URL"]
    if key and not known_key_allowed and _is_guessable(key):
        problems.append(
            f"SECRET_KEY is a default or shorter than {SHORTEST_KEY} characters; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    if base and not _is_address(base):
        problems.append(f"BASE_URL {base!r} is not an http or https address.")
    if values["DATABASE_URL"] and values["DATABASE_URL"] == values["DATABASE_OWNER_URL"]:
        problems.append(
            "DATABASE_URL and DATABASE_OWNER_URL name the same role: row-level security would "
            "be under the control of the role that it must bind."
        )
    return problems


def _wrong_mail(source: environ.Env) -> list[str]:
    provider = _text(source, "MAIL_PROVIDER", debug=False).lower()
    problems = []
    if provider and provider not in PROVIDERS:
        problems.append(f"MAIL_PROVIDER {provider!r} is none of {', '.join(PROVIDERS)}.")
    if provider and _text(source, "EMAIL_URL", debug=False):
        problems.append("EMAIL_URL and MAIL_PROVIDER are two ways out; give one of them.")
    if _rate(source) < 0:
        problems.append("MAIL_RATE is how many mails a second may leave, such as 10.")
    return problems


def _wrong_watching(source: environ.Env) -> list[str]:
    problems = []
    if _log_format(source, local=False) not in {"json", "plain"}:
        problems.append("LOG_FORMAT is json or plain.")
    token = _text(source, "METRICS_TOKEN", debug=False)
    if token and len(token) < SHORTEST_TOKEN:
        problems.append(f"METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters.")
    try:
        _networks(source)
    except ValueError as error:
        problems.append(f"METRICS_NETWORKS is a list such as 10.0.0.0/8,192.168.1.7: {error}.")
    return problems


def _log_format(source: environ.Env, *, local: bool) -> str:
    """JSON where machines collect it, words where somebody looks on."""
    return _text(source, "LOG_FORMAT", debug=False).lower() or ("plain" if local else "json")


def _networks(source: environ.Env) -> tuple[Network, ...]:
    given: list[str] = source.list("METRICS_NETWORKS", default=[])
    return tuple(ip_network(each.strip()) for each in given if each.strip())


def _wrong_networks(source: environ.Env) -> list[str]:
    given: list[str] = source.list("WEBHOOK_NETWORKS", default=[])
    return [f"WEBHOOK_NETWORKS: {one!r} is no network." for one in given if not _is_network(one)]


def _is_network(text: str) -> bool:
    try:
        read_named(text)
    except ValueError:
        return False
    return True


def _is_guessable(key: str) -> bool:
    known = ("insecure", "changeme", "change-me", "django-insecure", "secret")
    return len(key) < SHORTEST_KEY or key.lower().startswith(known) or len(set(key)) < 10


def _is_address(base: str) -> bool:
    parts = urlsplit(base)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _hosts(source: environ.Env, base: str, *, local: bool) -> tuple[str, ...]:
    """Hosts from ALLOWED_HOSTS, else the host of BASE_URL; a demo answers on loopback too."""
    given: list[str] = source.list("ALLOWED_HOSTS", default=[])
    hosts = given or [urlsplit(base).hostname or ""]
    loopback = ["localhost", "127.0.0.1", "[::1]"] if local else []
    return tuple(dict.fromkeys([*hosts, *loopback]))


def _anymail(source: environ.Env) -> tuple[tuple[str, str], ...]:
    """Anymail's own settings, by the names its documentation gives them."""
    given = ((name, value.strip()) for name, value in source.ENVIRON.items())
    known = ((name.removeprefix(ANYMAIL), value) for name, value in given if _is_anymail(name))
    return tuple(sorted((name, value) for name, value in known if value))


def _rate(source: environ.Env) -> float:
    """Mails a second; what is no number is refused like a negative one."""
    try:
        return float(_text(source, "MAIL_RATE", debug=False) or 0)
    except ValueError:
        return -1.0


def _is_anymail(name: str) -> bool:
    return name.startswith(ANYMAIL) and len(name) > len(ANYMAIL)


def _sender(source: environ.Env, base: str) -> str:
    given = _text(source, "DEFAULT_FROM_EMAIL", debug=False)
    return given or f"feedback@{urlsplit(base).hostname}"


def _key(source: environ.Env, name: str, secret_key: str, purpose: bytes) -> str:
    """The key that was given, else one of its own: a leaked token key opens no session."""
    derived = hmac.new(secret_key.encode(), purpose, hashlib.sha256).hexdigest()
    return _text(source, name, debug=False) or derived
