"""People with the permissions of a role, and a call worth looking at."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from flows.models import Flow, FlowVersion
from streams.finalise import finalise
from tests.streams.made import REACHED, SNAPSHOT, TALK, a_call, a_stream, log
from tests.streams.summing import FakeSummarizer, use

SEES_CALLS = ("view_call",)
SEES_ALL = ("view_call", "view_charge", "view_transcript", "view_number", "view_rate", "view_carriermessage")


@pytest.fixture
def signed_in(db):
    """A browser of somebody with exactly these permissions on `streams`."""

    def sign_in(*codenames):
        user = User.objects.create_user(f"user-{User.objects.count()}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="streams", codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


@pytest.fixture
def finished(version, monkeypatch):
    """Makes whole calls; fields of the call can be given."""
    use(monkeypatch, FakeSummarizer())

    def make(*more_lines, **fields):
        call = a_call(ended=61, version=version, **fields)
        a_stream(call, ended=61)
        log(call, *TALK, REACHED, *more_lines)
        finalise(call.pk)
        call.refresh_from_db()
        return call

    return make
