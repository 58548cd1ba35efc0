"""Tokens: what opens, and what does not any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from streams.api import tokens
from streams.models import ApiToken

pytestmark = pytest.mark.django_db


def test_the_secret_is_stored_nowhere(owner):
    token, secret = tokens.issue("Books", by=owner, scopes=["calls"], days=30)
    stored = ApiToken.objects.values().get()
    assert secret.startswith("cw_")
    assert secret not in str(stored)
    assert stored["digest"] == tokens.digest_of(secret)
    assert tokens.opened_by(secret) == token


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_revoked_and_expired_tokens_open_nothing(owner, change):
    token, secret = tokens.issue("Books", by=owner, scopes=["calls"], days=30)
    ApiToken.objects.filter(pk=token.pk).update(**change)
    assert tokens.opened_by(secret) is None


def test_a_token_stops_with_its_maker(owner):
    token, secret = tokens.issue("Books", by=owner, scopes=["calls"], days=30)
    assert tokens.allows(tokens.opened_by(secret), "calls")
    owner.user_permissions.clear()
    assert not tokens.allows(tokens.opened_by(secret), "calls")
    owner.is_active = False
    owner.save()
    assert tokens.opened_by(secret) is None


def test_nobody_gives_what_they_may_not_do(django_user_model):
    nobody = django_user_model.objects.create_user("nobody")
    for scopes in (["calls"], ["numbers"], []):
        with pytest.raises(ValueError):
            tokens.issue("Books", by=nobody, scopes=scopes, days=30)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_no_token_is_for_ever(owner, days):
    with pytest.raises(ValueError):
        tokens.issue("Books", by=owner, scopes=["calls"], days=days)


def test_last_use_is_noted_once_a_minute(owner, django_assert_num_queries):
    token, secret = tokens.issue("Books", by=owner, scopes=["calls"], days=30)
    now = timezone.now()
    tokens.opened_by(secret, now)
    with django_assert_num_queries(1):
        tokens.opened_by(secret, now + timedelta(seconds=59))
    tokens.opened_by(secret, now + timedelta(seconds=61))
    token.refresh_from_db()
    assert token.last_used_at == now + timedelta(seconds=61)


def test_revoking_twice_keeps_the_first_word(owner):
    token, _ = tokens.issue("Books", by=owner, scopes=["calls"], days=30)
    assert tokens.revoke(token, by=owner)
    assert not tokens.revoke(token, by=owner)
