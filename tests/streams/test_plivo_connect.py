"""`manage.py plivo_connect` against an account made of a dict."""

import json
from io import StringIO

import httpx2
import pytest
from django.core.management import CommandError, call_command

from flows.models import PhoneNumber
from streams.management.commands.plivo_connect import Command
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import SETTINGS
from tests.streams.rows import published

AUTH_ID = "MAXXXXXXXXXXXXXXXXXX"


class Account:
    """Plivo's REST server, as far as it is asked. `trouble` is answered, or raised, instead."""

    def __init__(self, *, apps=(), numbers=("14155550199",), trouble=None):
        self.apps = {app["app_id"]: dict(app) for app in apps}
        self.numbers = dict.fromkeys(numbers, None)
        self.trouble, self.asked = trouble, []

    def __call__(self, request):
        path = request.url.path.removeprefix(f"/v1/Account/{AUTH_ID}/")
        self.asked.append((request.method, path))
        assert request.headers["authorization"].startswith("Basic ")
        assert path.endswith("/"), "Plivo wants the slash"
        if isinstance(self.trouble, Exception):
            raise self.trouble
        if self.trouble:
            return self.trouble
        body = json.loads(request.content) if request.content else {}
        what, _, name = path.strip("/").partition("/")
        return {"Application": self.application, "Number": self.number}[what](request, name, body)

    def application(self, request, app_id, body):
        if request.method == "GET":
            at = int(request.url.params["offset"])
            return httpx2.Response(200, json={"objects": list(self.apps.values())[at : at + 20]})
        if not app_id:
            app_id = f"app-{len(self.apps) + 1}"
            self.apps[app_id] = {"app_id": app_id, **body}
            return httpx2.Response(201, json={"app_id": app_id, "message": "created"})
        # what is not given falls back to a default
        self.apps[app_id] = {"app_id": app_id, "message_method": "POST", "default_number_app": False, **body}
        return httpx2.Response(202, json={"message": "changed"})

    def number(self, request, number, body):
        if number not in self.numbers:
            return httpx2.Response(404, json={"error": "not found"})
        if request.method == "POST":
            self.numbers[number] = body["app_id"]
        app_id = self.numbers[number]
        return httpx2.Response(200, json={"application": app_id and f"/v1/Account/{AUTH_ID}/Application/{app_id}/"})

    @property
    def posts(self):
        return [path for method, path in self.asked if method == "POST"]


@pytest.fixture(autouse=True)
def site(settings):
    for name, value in {**SETTINGS, "PLIVO_AUTH_ID": AUTH_ID}.items():
        setattr(settings, name, value)


@pytest.fixture
def line(db):
    PhoneNumber.objects.create(number="+14155550177")  # no version: not live, so not pointed
    return published(flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye.")))


def connect(account, **options):
    command = Command()
    command.transport = httpx2.MockTransport(account)
    out = StringIO()
    call_command(command, stdout=out, stderr=out, **options)
    return out.getvalue()


def refusal(account, **options):
    with pytest.raises(CommandError) as error:
        connect(account, **options)
    said = str(error.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_it_creates_the_application_once_and_points_the_live_numbers(line):
    account = Account()
    said = connect(account)
    assert "Created the application “Callwright”." in said
    assert "Pointed +14155550199 at it" in said
    assert account.posts == ["Application/", "Number/14155550199/"]
    app = account.apps["app-1"]
    assert app["answer_url"] == "https://ivr.example.com/plivo/answer/#ct=2000&rt=2000&rc=1&rp=all"
    assert app["hangup_url"] == "https://ivr.example.com/plivo/hangup/#ct=2000&rt=3000&rc=5&rp=all"
    assert app["fallback_answer_url"] == "https://ivr.example.com/plivo/fallback/#ct=2000&rt=3000&rc=5&rp=all"
    assert {app[f"{name}_method"] for name in ("answer", "hangup", "fallback")} == {"POST"}
    assert account.numbers["14155550199"] == "app-1"


def test_a_second_run_changes_nothing(line):
    account = Account()
    connect(account)
    account.asked.clear()
    said = connect(account)
    assert "is as it should be" in said
    assert "+14155550199 rings here already." in said
    assert account.posts == []


def test_an_update_keeps_what_is_not_ours(line):
    theirs = {"message_url": "https://sms.example.com/", "message_method": "GET", "default_number_app": True}
    old = {"app_id": "7", "app_name": "Callwright", "answer_url": "https://old.example.com/", **theirs}
    others = [{"app_id": str(n), "app_name": f"Other {n}"} for n in range(100, 130)]
    account = Account(apps=[*others, old])  # on the second page
    said = connect(account)
    assert "Updated the application “Callwright”." in said
    assert {name: account.apps["7"][name] for name in theirs} == theirs
    assert account.apps["7"]["answer_url"].startswith("https://ivr.example.com/")
    assert account.posts[0] == "Application/7/"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(line):
    account = Account()
    said = connect(account, dry_run=True)
    assert "Would create the application “Callwright”." in said
    assert "answer url: https://ivr.example.com/plivo/answer/" in said
    assert "Would point +14155550199 at it." in said
    assert "Nothing was changed." in said
    assert account.posts == []


def test_the_application_may_have_another_name(line):
    account = Account()
    connect(account, app_name="Support line")
    assert account.apps["app-1"]["app_name"] == "Support line"


def test_two_applications_of_one_name_are_left_alone(line):
    account = Account(apps=[{"app_id": n, "app_name": "Callwright"} for n in "12"])
    assert "--app-name" in refusal(account)
    assert account.posts == []


def test_a_number_that_is_not_rented_does_not_stop_the_others(line):
    PhoneNumber.objects.create(number="+14155550100", version=line)
    account = Account()
    assert refusal(account) == "1 of 2 numbers could not be connected; see above."
    assert account.numbers["14155550199"] == "app-1"


def test_without_a_live_number_it_says_what_to_do(db):
    assert "publish a flow" in connect(Account())


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        (httpx2.Response(401, json={"error": "auth"}), "PLIVO_AUTH_TOKEN"),
        (httpx2.Response(401, text="Could not verify"), "PLIVO_AUTH_TOKEN"),
        (httpx2.Response(403), "main account"),
        (httpx2.Response(404), "PLIVO_AUTH_ID"),
        (httpx2.Response(429), "wait"),
        (httpx2.Response(400, json={"error": "answer_url is invalid"}), "answer_url is invalid"),
        (httpx2.Response(400, json=["odd"]), "HTTP 400"),
        (httpx2.Response(502), "trouble of its own"),
        (httpx2.Response(200, text="<html>"), "not JSON"),
        (httpx2.ConnectError("refused"), "cannot be reached"),
        (httpx2.ReadTimeout("slow"), "did not answer in time"),
    ],
)
def test_trouble_is_one_sentence_and_one_request(line, trouble, word):
    account = Account(trouble=trouble)
    assert word in refusal(account)
    assert len(account.asked) == 1


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("PLIVO_AUTH_ID", "", "PLIVO_AUTH_ID is not set"),
        ("PLIVO_AUTH_TOKEN", "", "PLIVO_AUTH_TOKEN is not set"),
        ("ACCEPT_UNSIGNED_FROM_LOOPBACK", True, "PLIVO_AUTH_TOKEN is not set"),
        ("PUBLIC_URL", "http://127.0.0.1:8000", "which Plivo cannot reach"),
        ("PUBLIC_URL", "http://ivr.example.com", "https"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_asked(line, settings, name, value, word):
    setattr(settings, name, value)
    account = Account()
    assert word in refusal(account)
    assert account.asked == []
