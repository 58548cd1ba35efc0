"""Secrets are locked in the database, opened with the site's keys, and kept when no key fits."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from flows.models import Lookup
from flows.models.sealed import Lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders():
    return Lookup.objects.create(key="orders", name="Orders", header="X-Api-Key", secret="s3cret")


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM flows_lookup")
        return cursor.fetchone()[0]


def store(text):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE flows_lookup SET secret = %s", [text])


def test_a_secret_lies_locked_and_reads_plain(orders):
    assert "s3cret" not in stored()
    assert Lookup.objects.get().secret == "s3cret"


def test_no_secret_stays_none(orders):
    orders.secret = ""
    orders.save()
    assert stored() == ""
    assert Lookup.objects.get().secret == ""


def test_an_earlier_key_still_opens_and_a_save_locks_with_the_present_one(orders, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    Lookup.objects.get().save()
    settings.SECRET_KEY_FALLBACKS = []
    assert Lookup.objects.get().secret == "s3cret"


def test_what_no_key_opens_is_lost_and_a_save_does_not_destroy_it(orders, settings):
    before, key = stored(), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    row = Lookup.objects.get()
    assert isinstance(row.secret, Lost)
    row.save()
    assert stored() == before
    settings.SECRET_KEY = key
    assert Lookup.objects.get().secret == "s3cret"


def test_rows_from_before_are_locked_and_can_be_unlocked_again(orders):
    move = import_module("flows.migrations.0007_lock_secrets")
    store("s3cret")
    for _ in range(2):
        move.lock(apps, None)
        assert "s3cret" not in stored()
        assert Lookup.objects.get().secret == "s3cret"
    move.unlock(apps, None)
    assert stored() == "s3cret"
