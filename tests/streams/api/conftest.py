"""Programs with tokens, and calls for them to read."""
# ruff: noqa: F401  (fixtures of the exports' tests)

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client

from streams.api import tokens
from streams.models.tokens import SCOPES
from tests.streams.exports.conftest import counted, finished, signed_in, version


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def owner(db):
    """A person who may give every scope."""
    person = User.objects.create_user("pat", is_staff=True)
    codenames = {permission.partition(".")[2] for _, permission in SCOPES.values()}
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return person


class Program:
    """Something that asks with a token."""

    def __init__(self, secret):
        self.secret, self.client = secret, Client()

    def get(self, path, **asked):
        query = f"?{urlencode({name.rstrip('_'): value for name, value in asked.items()})}" if asked else ""
        return self.client.get(f"/api{path}{query}", headers={"Authorization": f"Bearer {self.secret}"})


@pytest.fixture
def program(owner):
    """Makes programs with these scopes."""

    def make(*scopes, days=30):
        token, secret = tokens.issue("Test", by=owner, scopes=list(scopes), days=days)
        made = Program(secret)
        made.token = token
        return made

    return make
