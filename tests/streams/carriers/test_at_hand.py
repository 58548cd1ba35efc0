"""Whom the site asks: its account, the phone that carries the call, or one that waits for calls."""

import pytest

from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.phone.switchboard import WAITING

ACCOUNT = "MA" + "X" * 18


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.VAR_DIR, settings.DEVELOPMENT = tmp_path, True
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN, settings.PLIVO_API_URL = "", "a-token-of-sixteen", ""


@pytest.fixture
def asked(monkeypatch):
    """Whose address each account was opened at; "" is the usual one."""
    opened = []
    monkeypatch.setattr(at_hand, "Account", lambda auth_id, token, home="": opened.append((auth_id, home)))
    return opened


def test_without_account_and_phone_there_is_nobody_and_the_sentence_says_what_to_do(settings):
    assert "PLIVO_AUTH_ID" in at_hand.why_not("call-1")
    assert "manage.py answer" in at_hand.why_not()
    with pytest.raises(PlivoSaidNo) as said:
        at_hand.carrier()
    assert said.value.surely_undone
    settings.DEVELOPMENT = False
    assert at_hand.why_not() == at_hand.NOBODY


def test_the_phone_that_carries_a_call_is_asked_about_it_and_about_no_other(asked):
    with at_hand.switchboard().listed("call-1", 8099):
        assert at_hand.why_not("call-1") == ""
        assert at_hand.why_not("call-2")
        assert at_hand.why_not()
        at_hand.carrier("call-1")
    assert asked == [(at_hand.NO_ACCOUNT, "http://127.0.0.1:8099")]


def test_a_phone_that_waits_takes_orders_only_where_no_account_could_have_taken_them(settings, asked):
    with at_hand.switchboard().listed(WAITING, 8099):
        at_hand.carrier()
        settings.PLIVO_AUTH_ID = ACCOUNT
        at_hand.carrier()
    assert asked == [(at_hand.NO_ACCOUNT, "http://127.0.0.1:8099"), (ACCOUNT, "")]


def test_beside_an_account_the_phone_still_carries_its_own_calls(settings, asked):
    settings.PLIVO_AUTH_ID = ACCOUNT
    with at_hand.switchboard().listed("call-1", 8099):
        at_hand.carrier("call-1")
        at_hand.carrier("call-2")
    assert asked == [(ACCOUNT, "http://127.0.0.1:8099"), (ACCOUNT, "")]


def test_a_production_site_asks_no_phone(settings, asked):
    settings.PLIVO_AUTH_ID, settings.DEVELOPMENT = ACCOUNT, False
    with at_hand.switchboard().listed("call-1", 8099):
        at_hand.carrier("call-1")
    assert asked == [(ACCOUNT, "")]
