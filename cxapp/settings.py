"""Django, our own and third parties' settings, in this order; the environment is read in env.py."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from cxapp import demo, env, sms
from kit.providers import PROVIDERS
from surveys.rules.languages import SPOKEN, django_tag

ENV = env.read()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Django ---------------------------------------------------------------------------------

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ROOT_URLCONF = "cxapp.urls"
WSGI_APPLICATION = "cxapp.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# What customers are written to in, each by its own name; the console is English.
LANGUAGES = [(django_tag(tag), name) for tag, name in SPOKEN.items()]
LOCALE_PATHS = [BASE_DIR / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "cxapp",
    "kit",
    "events",
    "accounts",
    "surveys",
    "metrics",
    "followup",
    "reports",
    "respond",
    "console",
    "api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "cxapp.staticfiles.OwnStaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "cxapp.watch.requests.Watched",
    "api.middleware.problems_for_programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "respond.middleware.StraightToTheQuestion",
    "console.compression.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "console.bodies.bounded_bodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# What the demo adds to its own company's pages.
DEMO_PAGES = ["cxapp.demo.rail.rail", "cxapp.demo.live_call.live_call"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.theme.chosen_theme",
                *(DEMO_PAGES if ENV.demo else []),
            ]
        },
    }
]

_CONNECTION = {
    "ENGINE": "kit.postgres",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    # psycopg2 waits for ever by default: a frozen database must not freeze every worker with it.
    "OPTIONS": {
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 20000,
        "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
    },
}
DATABASES = {
    # The role that serves: row-level security binds it.
    "default": {**environ.Env.db_url_config(ENV.database_url), **_CONNECTION},
    # The role that migrates: it owns the tables and is used by nothing else.
    "owner": {**environ.Env.db_url_config(ENV.database_owner_url), "CONN_MAX_AGE": 0},
}
DATABASE_ROUTERS = ["cxapp.roles.Router"]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url.rsplit("/", 1)[0] + "/1",
        "KEY_PREFIX": "cx",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "woff2", "jpg", "gz", "br")

SECURE_SSL_REDIRECT = False  # the proxy in front does it; health checks speak plain HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.secure else None
SECURE_HSTS_SECONDS = 31536000 if ENV.secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "__Host-session" if ENV.secure else "session"
SESSION_COOKIE_SECURE = ENV.secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if ENV.secure else "csrf"
CSRF_COOKIE_SECURE = ENV.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [ENV.base_url]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
SILENCED_SYSTEM_CHECKS: list[str] = []

if ENV.email_url:
    _MAIL = environ.Env.email_url_config(ENV.email_url)
    EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
    EMAIL_HOST = _MAIL["EMAIL_HOST"] or "localhost"
    EMAIL_PORT = _MAIL["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = bool(_MAIL.get("EMAIL_USE_TLS", False))
    EMAIL_USE_SSL = bool(_MAIL.get("EMAIL_USE_SSL", False))
if ENV.mail_provider:
    EMAIL_BACKEND = PROVIDERS[ENV.mail_provider].backend
MAIL_PROVIDER = ENV.mail_provider
# By Anymail's own names; WEBHOOK_SECRET (user:password) opens /hooks/<provider>/.
ANYMAIL: dict[str, str | int] = {"REQUESTS_TIMEOUT": 30, **dict(ENV.anymail)}
# What the mail provider allows; nothing: as fast as the server answers.
MAIL_RATE = ENV.mail_rate
# Name servers (address:port) for the sender's records; none given: the machine's own.
DNS_SERVERS = list(ENV.dns_servers)
EMAIL_TIMEOUT = 60
# How long a mail server may take to confirm a mail that it has completely (RFC 5321: 600 s).
EMAIL_DOT_TIMEOUT = ENV.email_dot_timeout
DEFAULT_FROM_EMAIL = ENV.default_from_email

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "cxapp.watch.lines.JsonLines"},
        "plain": {"()": "cxapp.watch.lines.PlainLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": ENV.log_format}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Three wake-ups a second say nothing; what a drain did stands on its rows.
    "loggers": {
        "celery": {"level": "WARNING"},
        # What was refused stands in our own line of each request, without the address as typed.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}

# --- ours -----------------------------------------------------------------------------------

BASE_URL = ENV.base_url
DEMO = ENV.demo
# The sign-in page offers them, one filled in, and the inbox's pages are mounted: demo only.
DEMO_SIGN_INS = [
    {"role": role, "name": name, "email": email, "password": demo.PASSWORD}
    for role, name, email in (demo.PEOPLE if DEMO else ())
]
DEMO_INBOX = ENV.demo_inbox
# Only a run that tests the product may kill it at a named point (kit/failpoints.py).
FAILPOINTS = ENV.failpoints
# A worker that claimed a mail and was heard of no more for so long has lost it to another one.
HANDOVER_LEASE_SECONDS = ENV.handover_lease_seconds
# How many proxies in front of us add to X-Forwarded-For; what stands further left is hearsay.
TRUSTED_PROXIES = ENV.trusted_proxies
# Calls of one API key, and calls without a valid key from one place, in any minute.
API_CALLS_A_MINUTE = ENV.api_calls_a_minute
API_REFUSALS_A_MINUTE = ENV.api_refusals_a_minute
# One line for each request, by the pattern of its address; False where a proxy writes them.
LOG_REQUESTS = ENV.log_requests
# Who may read /metrics and the numbers of /healthz: holders of the token, and these networks.
# With neither there is no such page.
METRICS_TOKEN = ENV.metrics_token
METRICS_NETWORKS = ENV.metrics_networks
# Networks of one's own to which webhooks may go (kit/http.py); by default to public addresses only.
WEBHOOK_NETWORKS = ENV.webhook_networks
# The first key signs survey links; the others still open links that were mailed before.
TOKEN_KEYS = [key.encode() for key in (ENV.token_key, *ENV.token_keys_old)]
# The way out for text messages, () where there is none, and whose numbers need no country's code.
SMS, SMS_REGION = sms.read()
# The first key hides the addresses of erased people who are not to be asked; by the others those
# hidden before are still recognised. A hash cannot be moved to a new key: none may be dropped.
SUPPRESSION_KEYS = [key.encode() for key in (ENV.suppression_key, *ENV.suppression_keys_old)]

# --- third parties --------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF, NONCE],  # pages before the door carry their style
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}

ACCOUNT_ADAPTER = "console.signin.adapter.SignInAdapter"
ACCOUNT_FORMS = {
    "login": "console.signin.forms.SignInForm",
    "reauthenticate": "console.signin.forms.AgainForm",
    "change_password": "console.signin.forms.ChangePasswordForm",
    "reset_password": "console.signin.forms.ForgottenForm",
    "reset_password_from_key": "console.signin.forms.NewPasswordForm",
}
# allauth counts in the cache, where a lost cache opens the door: our forms count in PostgreSQL.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  (a class)
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "console.signin.secrets.CodeSecretsAdapter"
MFA_FORMS = {
    "authenticate": "console.signin.forms.CodeForm",
    "reauthenticate": "console.signin.forms.CodeAgainForm",
    "activate_totp": "console.signin.forms.TwoStepForm",
}
MFA_TOTP_ISSUER = "cxapp"
# Whoever may sign in was invited by mail: her address is known to be hers.
MFA_ALLOW_UNVERIFIED_EMAIL = True

CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long it is away: after a hundred looks, four minutes, a worker would end itself.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "cx-",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = "UTC"
# Somebody else's server may take half a minute to answer a webhook, and a file of a million answers
# minutes to be made: no mail may wait for either. A worker that is told no queues takes all.
CELERY_TASK_QUEUES = {
    name: {"exchange": name, "routing_key": name} for name in ("celery", "webhooks", "files")
}
CELERY_TASK_ROUTES = {
    "followup.deliver": {"queue": "webhooks", "routing_key": "webhooks"},
    "reports.make": {"queue": "files", "routing_key": "files"},
    "surveys.bring": {"queue": "files", "routing_key": "files"},
}

CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxapp",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Report what happened, read who was asked and why, what was answered and what "
    "it adds up to. Every refusal is a problem document by RFC 9457 that says what to do.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "MetricName": ["nps", "csat", "ces", "faces"],
        "ProgrammeKind": ["transactional", "relational"],
        "TouchpointKind": ["service", "experience"],
        "WebhookState": ["new", "works", "failing", "paused", "off"],
        "WebhookDeliveryState": ["waiting", "delivered", "failed", "dropped"],
        "SuppressionReason": ["opted_out", "bounced", "complained", "staff", "not_me"],
        "QuestionKind": ["text", "single", "multiple", "rating"],
        "SurveyMetric": ["nps", "csat", "ces"],
        "ProgrammeChannel": ["email", "sms", "sms_else_email"],
        "InvitationChannel": ["email", "sms", "link"],
        "ImportKind": ["customers", "interactions", "responses"],
        "ToldReason": ["opted_out", "staff"],
        "ContactEnum": ["email", "phone", "no"],
        "StandingEnum": ["counted", "suspect", "excluded", "test", "withdrawn", "spoken"],
        "ExportContact": ["yes", "email", "phone", "no", "any"],
        "ExportStanding": [
            "counted",
            "suspect",
            "excluded",
            "test",
            "withdrawn",
            "spoken",
            "superseded",
        ],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.finish",
    ],
}
