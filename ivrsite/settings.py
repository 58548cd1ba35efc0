"""Every setting, read once from the environment and from `.env`, with defaults that run on a laptop.

Nothing here needs an account or a server: SQLite, a broker made of files, a channel layer in memory, and the offline
engines. `DATABASE_URL` and `REDIS_URL` turn the same program into a production one.
"""

import hashlib
import hmac
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.templatetags.static import static

from ivrsite.schedule import schedule

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env("CALLWRIGHT_ENV", default=str(BASE_DIR / ".env")))

VAR_DIR = Path(env("CALLWRIGHT_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- Where we are -----------------------------------------------------------------------------------------------

PORT = env.int("PORT", default=8000)
# The only source of public addresses: webhooks, streams and signatures are built from it, never from a header.
PUBLIC_URL = env("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A site whose public address is this very machine is a development site.
DEVELOPMENT = (_public.hostname or "") in LOOPBACK
DEBUG = env.bool("DJANGO_DEBUG", default=False)


def _development_secret() -> str:
    """A secret of this installation's own, made at the first start and kept in `var/`."""
    path = VAR_DIR / "development-secret"
    if not path.exists():
        import secrets

        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env("DJANGO_SECRET_KEY", default="") or (_development_secret() if DEVELOPMENT else "")
SECRET_KEY_FALLBACKS = env.list("DJANGO_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [_public.hostname or "localhost", *(LOOPBACK if DEVELOPMENT else ("127.0.0.1", "localhost"))]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_https = _public.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^plivo/"]  # a redirected POST would lose its body
SECURE_SSL_REDIRECT = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600
LOGIN_REDIRECT_URL = "admin:index"
# How the web process leaves: seconds it stays reachable but not ready, then seconds its calls may go on.
DRAIN_NOTICE_SECONDS = env.float("DRAIN_NOTICE_SECONDS", default=0 if DEVELOPMENT else 5)
DRAIN_GRACE_SECONDS = env.float("DRAIN_GRACE_SECONDS", default=0 if DEVELOPMENT else 900)

# --- The program ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "flows",
    "streams",
    "ivrsite.apps.SiteConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ivrsite.headers.content_security_policy",
]
ROOT_URLCONF = "ivrsite.urls"
ASGI_APPLICATION = "ivrsite.asgi.application"
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
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["ivrsite.formats"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_TZ = True
STATIC_URL = "static/"
# Apart from `var/`, which is private: nginx reads them as a user of its own.
STATIC_ROOT = VAR_DIR / "static" if DEVELOPMENT else BASE_DIR / "static"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o644, 0o755  # whatever the umask: of these files alone
WHITENOISE_USE_FINDERS = DEVELOPMENT
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Where things are kept --------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'callwright.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without these, tasks of several processes fail with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, not memory: sessions, webhooks and tasks use it from several threads, as they do when it is real.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    # A caller waits: with the database away, the spoken apology must come before the carrier gives up after 2 s.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 1}}

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # redis-py's default socket timeout would end an idle consumer.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "callwright"},
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "global_keyprefix": "callwright:"}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    _broker = VAR_DIR / "broker"
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://localhost"  # ivrsite/folder_broker.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
# The broker is only a doorbell: what must be done is a state of a row, and the sweeper rings again.
CELERY_TASK_IGNORE_RESULT = CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = schedule(env.float("SWEEP_SECONDS", default=30.0))

# --- The carrier ------------------------------------------------------------------------------------------------

# What takes our orders in Plivo's place, to rehearse an account. Empty: Plivo, or at home the phone that is open.
PLIVO_API_URL = env("PLIVO_API_URL", default="").rstrip("/")
# The phone needs no account, so a development site that is pointed at it makes one up.
PLIVO_AUTH_ID = env("PLIVO_AUTH_ID", default="") or ("MA" + "0" * 18 if DEVELOPMENT and PLIVO_API_URL else "")
_plivo_token = env("PLIVO_AUTH_TOKEN", default="")
# Without a token, the built-in phone and the site share one that is made from this installation's own secret.
PLIVO_AUTH_TOKEN = _plivo_token or (
    hmac.new(SECRET_KEY.encode(), b"built-in phone", hashlib.sha256).hexdigest() if DEVELOPMENT else ""
)
PLIVO_TIME_ZONE = env("PLIVO_TIME_ZONE", default="UTC")  # of its console: the times of its records are in it
# Older tokens that are still accepted while they are being rotated.
PLIVO_OLD_AUTH_TOKENS = env.list("PLIVO_OLD_AUTH_TOKENS", default=[])
# The carrier's own developer tools do not sign. They are let in only on this machine and while no token is set.
ACCEPT_UNSIGNED_FROM_LOOPBACK = DEVELOPMENT and not _plivo_token
# "observe": a stream's token decides, a handshake whose signature does not match is only logged. "enforce" it once the
# log of a real account shows none.
STREAM_SIGNATURES = env("STREAM_SIGNATURES", default="observe")
# Where callers go when nothing else works: spoken apology, then this number.
OPERATOR_NUMBER = env("OPERATOR_NUMBER", default="")
# Where calls and text messages may go, as two-letter codes. Empty: the countries of the site's own numbers.
OUTBOUND_COUNTRIES = env.list("OUTBOUND_COUNTRIES", default=[])
TEXTS_A_DAY = env.int("TEXTS_A_DAY", default=500)  # of the whole site; more are not sent
TRANSFERS_AN_HOUR = env.int("TRANSFERS_AN_HOUR", default=200)  # to one number; more are not dialled
CALLBACKS_A_DAY = env.int("CALLBACKS_A_DAY", default=5)  # to one number; more wait for the next day
CALLBACK_HOURS = env("CALLBACK_HOURS", default="08:00-21:00")  # on the clock of who is called
GO_LIVE_NEEDS_TWO = env.bool("GO_LIVE_NEEDS_TWO", default=False)  # who published a version may not put it live

# --- What leaves the site: the API, and mail --------------------------------------------------------------------

API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=120)  # of one token; more are told to wait
# Where mail goes: smtp+tls://user:password@mail.example.com:587. Unset: it is printed, and pages say so.
_mail = env("EMAIL_URL", default="")
MAIL_IS_SET_UP = bool(_mail)
globals().update(env.email_url_config(_mail or "consolemail://"))
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default=f"Callwright <callwright@{_public.hostname or 'localhost'}>")
EMAIL_TIMEOUT = 20

# --- Limits of one call -----------------------------------------------------------------------------------------

CALL_MAX_SECONDS = env.int("CALL_MAX_SECONDS", default=3300)  # AI sessions end at 60 minutes without warning
STREAM_TOKEN_SECONDS = env.int("STREAM_TOKEN_SECONDS", default=90)
MAX_STREAMS_PER_PROCESS = env.int("MAX_STREAMS_PER_PROCESS", default=200)
# Where browsers reach this very web process, such as /web8001, to listen to a call that it carries (deploy/nginx.conf).
PROCESS_PATH = env("PROCESS_PATH", default="").rstrip("/")

# --- Speech and AI, in a file of its own ------------------------------------------------------------------------

from ivrsite.speech import *  # noqa: E402, F403

# Flows never import streams: what renders prompts, what every line says, what names a prompt's sound, what reads
# recordings, and what rings the worker for a publication is found by these names.
PROMPT_RENDERER = "streams.audio.prompts.render"
HOUSE_TEXTS = "streams.house_texts.HOUSE_TEXTS"
PROMPT_DIGESTS = "streams.audio.prompts.digests"
RECORDING_READER = "streams.audio.recordings.read"
PUBLICATION_RINGER = "streams.tasks.ring_publication"
VOICES = "streams.engines.voices"  # and builders choose from these
ENGINES = "streams.engines.offered"  # and from these, by ability
LOOKUP_TRIAL = "streams.lookups.try_now"  # and try a lookup on its page
CALL_EVENTS = "streams.past_calls.of_flow"  # and past calls are played on a draft
CALL_TRAFFIC = "streams.reports.traffic.of_flow"  # and the map shows where callers went
CALL_COSTS = "streams.reports.spent.of_flow"  # and what it cost them
VERSION_COSTS = "streams.reports.came.of_version"  # and whether a forecast came true
CALL_PRICE = "streams.reports.spent.call_price"  # and what more minutes of a call would cost
STREAM_PRICE = "streams.reports.spent.stream_price"  # and what a change would cost
FLOW_SWITCHED = "streams.desk.switching.of_flow"  # and what operations switched for its live calls
LOOKUPS_ON_THIS_MACHINE = DEVELOPMENT  # lookups may also ask http://127.0.0.1: for trying, and for tests

# --- Logs: what happened, never what was said or typed ------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"redacted": {"()": "ivrsite.redaction.Redacted"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redacted"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # Clients that would log every request, some with what was asked for.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "fontTools", "fpdf")
    },
}

# --- The admin's look ---------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Callwright",
    "SITE_HEADER": "Callwright",
    "SITE_SUBHEADER": "Phone lines, built in an afternoon",
    "SITE_SYMBOL": "call",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "ivrsite.frontpage.shown",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("flows/icon.svg")}],
    "SIDEBAR": {"show_search": False, "navigation": "ivrsite.sidebar.navigation"},
}
