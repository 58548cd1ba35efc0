"""System checks over the settings: what would hurt in production, found before a caller finds it.

Every hint can be pasted: a line for `.env`, or a command.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

MAKE_A_KEY = """python3 -c "import secrets; print('DJANGO_SECRET_KEY=' + secrets.token_urlsafe(48))" >> .env"""

Finding = Iterator[checks.CheckMessage]


def secret_key() -> Finding:
    """Sessions and stream tokens rest on it. A development site makes its own."""
    try:
        missing = not settings.SECRET_KEY
    except ImproperlyConfigured:
        missing = True
    if missing:
        yield checks.Error("DJANGO_SECRET_KEY is not set.", hint=f"Run: {MAKE_A_KEY}", id="ivrsite.E001")


def public_url() -> Finding:
    """Webhooks, streams and signatures are built from it, so it must be exactly what the carrier calls."""
    given = settings.PUBLIC_URL
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        hint = "Put into .env: PUBLIC_URL=https://voice.example.com"
        yield checks.Error(f"PUBLIC_URL is “{given}”, which is not a web address.", hint=hint, id="ivrsite.E002")
        return
    host = parts.netloc.rpartition("@")[2]
    if parts.path or parts.query or parts.fragment or host != parts.netloc:
        said = f"PUBLIC_URL is “{given}”; it must be only scheme and host."
        yield checks.Error(said, hint=f"Put into .env: PUBLIC_URL={parts.scheme}://{host}", id="ivrsite.E003")
    if parts.scheme == "http" and not settings.DEVELOPMENT:
        said = f"PUBLIC_URL is “{given}”: callers' audio and the admin's passwords would travel unencrypted."
        yield checks.Error(said, hint=f"Put into .env: PUBLIC_URL=https://{host}", id="ivrsite.E004")


def carrier() -> Finding:
    """Without the token no webhook can be verified, so every call would be refused."""
    if not settings.DEVELOPMENT and not settings.PLIVO_AUTH_TOKEN:
        hint = "Put into .env: PLIVO_AUTH_ID=... and PLIVO_AUTH_TOKEN=... (Plivo console, Overview)."
        yield checks.Error("PLIVO_AUTH_TOKEN is not set; every call is refused.", hint=hint, id="ivrsite.E005")


def operator() -> Finding:
    """Where callers go when nothing else works. Whether it may be called is looked at beside the other numbers."""
    if not settings.OPERATOR_NUMBER and not settings.DEVELOPMENT:
        hint = "Put into .env: OPERATOR_NUMBER=+14155550123"
        said = "OPERATOR_NUMBER is not set; when the database is down, callers hear an apology and are hung up on."
        yield checks.Warning(said, hint=hint, id="ivrsite.W001")


def servers() -> Finding:
    """The embedded database and broker serve one machine and a handful of calls."""
    if settings.DEVELOPMENT:
        return
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "Put into .env: DATABASE_URL=postgres://callwright:PASSWORD@127.0.0.1:5432/callwright"
        yield checks.Warning("This site keeps its calls in SQLite.", hint=hint, id="ivrsite.W002")
    if not settings.REDIS_URL:
        said = "This site rings its workers through files, which only one worker on one machine may read."
        yield checks.Warning(said, hint="Put into .env: REDIS_URL=redis://127.0.0.1:6379/0", id="ivrsite.W003")


def fast_frames() -> Finding:
    """autobahn without its compiled part unmasks frames in Python: 57 microseconds each instead of 4."""
    from autobahn.websocket import USES_NVX

    if not USES_NVX:
        hint = "Unset AUTOBAHN_USE_NVX, then run: .venv/bin/pip install --force-reinstall --only-binary :all: autobahn"
        yield checks.Warning("Audio frames are decoded slowly (autobahn without NVX).", hint=hint, id="ivrsite.W004")


LOOKS: tuple[Callable[[], Finding], ...] = (secret_key, public_url, carrier, operator, servers, fast_frames)


@checks.register()
def site_is_sound(**_: Any) -> list[checks.CheckMessage]:
    """Everything that this file looks at, in order."""
    return [finding for look in LOOKS for finding in look()]
