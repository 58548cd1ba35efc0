from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from ivrsite import checks


@pytest.fixture
def production(monkeypatch):
    """The settings of a site that lacks nothing."""
    sound = SimpleNamespace(
        DEVELOPMENT=False,
        SECRET_KEY="s" * 50,
        PUBLIC_URL="https://voice.example.com",
        PLIVO_AUTH_TOKEN="t",
        OPERATOR_NUMBER="+14155550123",
        REDIS_URL="redis://127.0.0.1:6379/0",
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
    )
    monkeypatch.setattr(checks, "settings", sound)
    return sound


def ids():
    return [found.id for found in checks.site_is_sound()]


def test_the_defaults_of_a_laptop_have_no_fault(settings):
    settings.DEVELOPMENT = True
    assert ids() == []


def test_a_complete_production_site_has_no_fault(production):
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PLIVO_AUTH_TOKEN", "", "ivrsite.E005"),
        ("OPERATOR_NUMBER", "", "ivrsite.W001"),
        ("REDIS_URL", "", "ivrsite.W003"),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "ivrsite.W002"),
        ("PUBLIC_URL", "voice.example.com", "ivrsite.E002"),
        ("PUBLIC_URL", "", "ivrsite.E002"),
        ("PUBLIC_URL", "ftp://voice.example.com", "ivrsite.E002"),
        ("PUBLIC_URL", "https://voice.example.com/calls", "ivrsite.E003"),
        ("PUBLIC_URL", "https://voice.example.com?x=1", "ivrsite.E003"),
        ("PUBLIC_URL", "https://me:pw@voice.example.com", "ivrsite.E003"),
        ("PUBLIC_URL", "http://voice.example.com", "ivrsite.E004"),
    ],
)
def test_each_fault_is_found_and_only_that(production, name, value, expected):
    setattr(production, name, value)
    assert ids() == [expected]


def test_a_missing_secret_key_is_found(production, monkeypatch):
    class Keyless:
        @property
        def SECRET_KEY(self):
            raise ImproperlyConfigured

    monkeypatch.setattr(checks, "settings", Keyless())
    (found,) = checks.secret_key()
    assert found.id == "ivrsite.E001"
    assert found.hint.startswith("Run: python3 -c")


def test_slow_frames_are_found(production, monkeypatch):
    monkeypatch.setattr("autobahn.websocket.USES_NVX", False)
    assert ids() == ["ivrsite.W004"]


def test_hints_hold_the_host_and_never_a_password(production):
    production.PUBLIC_URL = "https://me:pw@voice.example.com/calls"
    (found,) = checks.public_url()
    assert found.hint == "Put into .env: PUBLIC_URL=https://voice.example.com"
