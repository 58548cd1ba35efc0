"""A person who wants the report at seven."""
# ruff: noqa: F401  (fixtures of the exports' tests)

from datetime import UTC, datetime, time

import pytest
from django.contrib.auth.models import Permission, User

from streams.models import MorningMail
from tests.streams.exports.conftest import counted, finished, signed_in, version

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def olga(db):
    person = User.objects.create_user("olga", email="olga@example.com", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_call", "view_transcript"]))
    return person


@pytest.fixture
def wish(olga):
    """Makes the wish as if it were old."""

    def make(at=time(7), **fields):
        mail = MorningMail.objects.create(person=olga, at=at, **fields)
        MorningMail.objects.filter(pk=mail.pk).update(changed_at=LONG_AGO)
        return mail

    return make
