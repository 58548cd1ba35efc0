"""Who may sit at the desk."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from streams.desk import watchers
from tests.streams.desk.at_the_desk import signed_in

pytestmark = pytest.mark.django_db


def test_whoever_gets_a_permission_of_their_own_for_that_of_a_group_is_not_shut_out(monkeypatch):
    """Their own are read before the change, and those of their groups after it."""
    _, cookie = signed_in("supervisor")
    read = ModelBackend.get_user_permissions

    def and_then_changed(backend, user, obj=None):
        found = read(backend, user, obj)
        if user.groups.exists():
            user.groups.clear()
            user.user_permissions.add(Permission.objects.get(codename="watch_calls"))
        return found

    monkeypatch.setattr(ModelBackend, "get_user_permissions", and_then_changed)
    assert watchers.signed_in(cookie) is not None


def test_nobody_without_the_permission_is_let_in():
    _, cookie = signed_in()
    assert watchers.signed_in(cookie) is None
