"""The checks over the carrier's settings: what they find, and hints that can be pasted."""

import pytest

from streams import engine_tests, engines
from streams.checks import carrier_is_sound, engines_are_sound

SOUND = {
    "DEVELOPMENT": False,
    "PUBLIC_URL": "https://ivr.example.com",
    "PLIVO_AUTH_ID": "MAXXXXXXXXXXXXXXXXXX",
    "PLIVO_AUTH_TOKEN": "token",
    "PLIVO_TIME_ZONE": "America/Los_Angeles",
    "PLIVO_OLD_AUTH_TOKENS": [],
    "ACCEPT_UNSIGNED_FROM_LOOPBACK": False,
    "CALL_MAX_SECONDS": 3300,
    "STREAM_TOKEN_SECONDS": 90,
    "CALLBACK_HOURS": "08:00-21:00",
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://x"}},
}


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    for name, value in {**SOUND, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)


def test_a_sound_site_has_nothing_to_mend():
    assert carrier_is_sound() == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("PLIVO_AUTH_ID", "ma-lower", "streams.E001"),
        ("PLIVO_AUTH_ID", "", "streams.W001"),
        ("PLIVO_AUTH_TOKEN", '"token"', "streams.E002"),
        ("PLIVO_OLD_AUTH_TOKENS", [" token"], "streams.E002"),
        ("PLIVO_API_URL", "http://carrier.example.com", "streams.E007"),
        ("ACCEPT_UNSIGNED_FROM_LOOPBACK", True, "streams.E003"),
        ("CALL_MAX_SECONDS", 0, "streams.E004"),
        ("CALL_MAX_SECONDS", 7200, "streams.W003"),
        ("STREAM_TOKEN_SECONDS", 5, "streams.W004"),
        ("PUBLIC_URL", "https://ivr.example.com:8443", "streams.W002"),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "streams.W005"),
        ("VAR_DIR", "/nonexistent", "streams.E005"),
        ("PLIVO_TIME_ZONE", "PST8", "streams.E008"),
        ("CALLBACK_HOURS", "8-21", "streams.E006"),
        ("CALLBACK_HOURS", "21:00-08:00", "streams.E006"),
    ],
)
def test_each_mistake_is_found_with_a_hint_to_paste(settings, name, value, found):
    setattr(settings, name, value)
    (finding,) = carrier_is_sound()
    assert finding.id == found
    assert finding.hint.startswith(("Put into", "Run: ", "Let a proxy"))
    assert finding.msg.endswith(".")


def test_a_laptop_needs_no_account(settings):
    settings.DEVELOPMENT, settings.PLIVO_AUTH_ID = True, ""
    settings.PUBLIC_URL, settings.ACCEPT_UNSIGNED_FROM_LOOPBACK = "http://127.0.0.1:8000", True
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert carrier_is_sound() == []


def test_a_usual_engine_that_does_not_work_is_told_before_a_caller_finds_out(settings, monkeypatch):
    settings.AGENT_ENGINE = "it"
    monkeypatch.setitem(engines.tables()["agent"], "it", engines.Engine("It", lambda: None))
    monkeypatch.setattr(engine_tests, "test", lambda ability, name: engine_tests.Verdict(False, "No credit left."))
    (found,) = engines_are_sound()
    assert (found.id, found.msg) == (
        "streams.W006",
        "The usual engine for “agent”, It, does not work: No credit left.",
    )


def test_offline_engines_are_not_tried():
    assert engines_are_sound() == []
