"""System checks over the carrier's settings. Every hint can be pasted: a line for `.env`, or a command.

What every site needs (address, secret, token, operator) is looked at in the site's own checks; here is what only Plivo
and its streams ask for.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.core import checks

from flows.web_addresses import why_not

Finding = Iterator[checks.CheckMessage]

AUTH_ID = re.compile(r"(MA|SA)[A-Z0-9]{18}")
SPAN = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)")
AI_SECONDS = 3500  # AI sessions end at 60 minutes, without warning


def auth_id() -> Finding:
    """Only `plivo_connect` and the carrier's own records need it; calls come in without."""
    given = settings.PLIVO_AUTH_ID
    hint = "Put into .env: PLIVO_AUTH_ID=MAXXXXXXXXXXXXXXXXXX (Plivo console, Overview)"
    if given and not AUTH_ID.fullmatch(given):
        said = "PLIVO_AUTH_ID is not an account's id: those have MA or SA and 18 capital letters or digits."
        yield checks.Error(said, hint=hint, id="streams.E001")
    if not given and not settings.DEVELOPMENT:
        said = "PLIVO_AUTH_ID is not set; numbers cannot be connected with manage.py plivo_connect."
        yield checks.Warning(said, hint=hint, id="streams.W001")


def tokens() -> Finding:
    """A token with a space or a quote around it is the usual reason why every call is refused."""
    for token in (settings.PLIVO_AUTH_TOKEN, *settings.PLIVO_OLD_AUTH_TOKENS):
        if token != token.strip(" \t\r\n\"'") or not token.isascii():
            said = "A Plivo token has a space, a quote or a strange letter in it; every call would be refused."
            hint = "Put into .env, without quotes and spaces: PLIVO_AUTH_TOKEN=... (Plivo console, Overview)"
            yield checks.Error(said, hint=hint, id="streams.E002")
            return


def carrier_address() -> Finding:
    """The account's token goes there with every order."""
    if settings.PLIVO_API_URL and (problem := why_not(settings.PLIVO_API_URL, this_machine=True)):
        hint = "Put into .env: PLIVO_API_URL= (Plivo itself), or the line that manage.py answer tells"
        yield checks.Error(f"PLIVO_API_URL cannot be used. {problem}", hint=hint, id="streams.E007")


def account_zone() -> Finding:
    """The carrier writes the times of its records in it."""
    if settings.PLIVO_TIME_ZONE not in available_timezones():
        said = f"PLIVO_TIME_ZONE is “{settings.PLIVO_TIME_ZONE}”, which is no time zone; no record could be fetched."
        yield checks.Error(said, hint="Put into .env: PLIVO_TIME_ZONE=UTC (as in the console)", id="streams.E008")


def unsigned_requests() -> Finding:
    """Anyone who reaches a public site could open calls."""
    if settings.ACCEPT_UNSIGNED_FROM_LOOPBACK and not settings.DEVELOPMENT:
        said = "This site is public and takes webhooks without a signature from its own machine, so also from a proxy."
        yield checks.Error(said, hint="Put into settings.py: ACCEPT_UNSIGNED_FROM_LOOPBACK = False", id="streams.E003")


def public_port() -> Finding:
    """Whether the carrier signs the stream's handshake with a port in it was never seen."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.port not in (None, 443) and not settings.DEVELOPMENT:
        said = f"PUBLIC_URL has the port {public.port}; streams may be refused, since their signature may lack it."
        hint = f"Let a proxy listen on 443, and put into .env: PUBLIC_URL=https://{public.hostname}"
        yield checks.Warning(said, hint=hint, id="streams.W002")


def seconds() -> Finding:
    """The limits that stand in every document."""
    longest, token = settings.CALL_MAX_SECONDS, settings.STREAM_TOKEN_SECONDS
    if not 30 <= longest <= 86_400:
        said = f"CALL_MAX_SECONDS is {longest}; the carrier takes 30 to 86400."
        yield checks.Error(said, hint="Put into .env: CALL_MAX_SECONDS=3300", id="streams.E004")
    elif longest > AI_SECONDS:
        said = f"CALL_MAX_SECONDS is {longest}; AI conversations end at 3600 seconds, in the middle of a word."
        yield checks.Warning(said, hint="Put into .env: CALL_MAX_SECONDS=3300", id="streams.W003")
    if not 20 <= token <= 900:
        said = f"STREAM_TOKEN_SECONDS is {token}; slow connections need 20, a stolen address should die within 900."
        yield checks.Warning(said, hint="Put into .env: STREAM_TOKEN_SECONDS=90", id="streams.W004")


def callback_hours() -> Finding:
    """Hours that nobody can read fall back to the usual ones, and hours that end before they begin never come."""
    found = SPAN.fullmatch(settings.CALLBACK_HOURS)
    if found is None or found[1] >= found[2]:
        said = f"CALLBACK_HOURS is “{settings.CALLBACK_HOURS}”; nobody would know when callers may be called back."
        yield checks.Error(said, hint="Put into .env: CALLBACK_HOURS=08:00-21:00", id="streams.E006")


def nonces() -> Finding:
    """Each process remembers for itself which messages it saw, so another one could be told a captured one again."""
    if not settings.DEVELOPMENT and "locmem" in settings.CACHES["default"]["BACKEND"]:
        said = "Captured webhooks could be sent again to another process: the nonces are not shared."
        yield checks.Warning(said, hint="Put into .env: REDIS_URL=redis://127.0.0.1:6379/0", id="streams.W005")


def spool() -> Finding:
    """Where messages wait while the database is away."""
    if not os.access(settings.VAR_DIR, os.W_OK | os.X_OK):
        said = f"{settings.VAR_DIR} cannot be written; without it messages are lost while the database is away."
        yield checks.Error(said, hint=f"Run: sudo chown -R $(id -u) {settings.VAR_DIR}", id="streams.E005")


def engines_answer() -> Finding:
    """A wrong key, an unknown model or an empty account is found before a caller finds it. Asks the vendors."""
    from streams import engine_tests, engines

    for ability, table in engines.tables().items():
        name = engines.usual(ability)
        if name not in table or name == "local":
            continue
        verdict = engine_tests.test(ability, name)
        if not verdict.works:
            said = f"The usual engine for “{ability}”, {table[name].title}, does not work: {verdict.sentence}"
            hint = "Mend it in .env, or open the page Engines in the admin and test it there."
            yield checks.Warning(said, hint=hint, id="streams.W006")


LOOKS: tuple[Callable[[], Finding], ...] = (
    *(auth_id, tokens, carrier_address, account_zone, unsigned_requests, public_port, seconds),
    *(callback_hours, nonces, spool),
)


@checks.register()
def carrier_is_sound(**_: Any) -> list[checks.CheckMessage]:
    """Everything that this file looks at, in order."""
    return [finding for look in LOOKS for finding in look()]


@checks.register(deploy=True)
def engines_are_sound(**_: Any) -> list[checks.CheckMessage]:
    """What only `manage.py check --deploy` looks at, since it takes seconds and reaches out."""
    return list(engines_answer())
