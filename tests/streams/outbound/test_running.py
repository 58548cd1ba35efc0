"""What people do with a list, and what stands in the way."""

import pytest

from flows.engine.snapshot import dump
from flows.models import FlowVersion, PhoneNumber
from streams.ai.provider import ProviderRefused
from streams.models import Callee, CallList
from streams.outbound import due, first_words, fitting, running
from tests.builders import flow_of
from tests.streams.outbound.conftest import MONDAY_10, OTHER, OURS, THEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sweeps(monkeypatch, voice):
    monkeypatch.setattr(due, "sweep_soon", lambda: voice.append("sweep"))


@pytest.fixture
def somebody(django_user_model):
    return django_user_model.objects.create(username="paul")


def test_a_list_is_started_with_its_first_words_ready_and_says_by_whom(a_list, somebody, voice):
    made = a_list(state="draft")
    assert running.start(made, MONDAY_10, by=somebody) == []
    assert (made.state, made.state_by, made.state_at) == ("running", somebody, MONDAY_10)
    assert voice[0] == "This is an automated call from Hart Tools."
    assert voice[-1] == "sweep"
    assert running.start(made, MONDAY_10, by=somebody) != []  # it runs already


def test_pausing_lets_people_wait_and_stopping_takes_them_off(a_list, somebody):
    made = a_list(THEM, OTHER)
    Callee.objects.filter(number=OTHER).update(state="reached")
    assert running.pause(made, MONDAY_10, by=somebody)
    assert not running.pause(made, MONDAY_10, by=somebody)
    assert running.start(made, MONDAY_10, by=somebody) == []
    assert running.stop(made, MONDAY_10, by=somebody)
    assert set(Callee.objects.values_list("state", flat=True)) == {"removed", "reached"}
    assert running.start(made, MONDAY_10, by=somebody) == [running.NOBODY]


@pytest.mark.parametrize(
    ("about", "problem"),
    [
        ({"opens": "22:00", "closes": "23:00"}, running.NO_HOURS.format("08:00", "21:00")),
        ({"opens": "05:00", "closes": "07:00"}, running.NO_HOURS.format("08:00", "21:00")),
    ],
)
def test_a_window_in_which_nobody_may_be_called_is_no_window(a_list, somebody, about, problem):
    made = a_list(state="draft", **about)
    made.refresh_from_db()
    assert running.start(made, MONDAY_10, by=somebody) == [problem]
    assert CallList.objects.get().state == "draft"


def test_without_a_published_version_nobody_is_called(a_list, somebody):
    made = a_list(state="draft")
    PhoneNumber.objects.update(version=None)
    FlowVersion.objects.all().delete()
    assert running.start(CallList.objects.get(pk=made.pk), MONDAY_10, by=somebody) == [first_words.NO_VERSION]


def live(flow, version):
    newer = FlowVersion.objects.create(flow=version.flow, number=2, spec=1, snapshot=dump(flow))
    PhoneNumber.objects.update(version=newer)


def test_messages_for_machines_need_a_step_that_says_one(a_list, somebody, version):
    made = a_list(state="draft", machines="message")
    assert running.why_not_start(made) == []
    live(flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Bye.")), version)
    assert running.why_not_start(CallList.objects.get()) == [fitting.NO_MESSAGE]


def test_sales_calls_need_consent_and_no_choice_on_the_key_of_the_opt_out(a_list, version):
    made = a_list(state="draft", calls_for="sales")
    assert running.why_not_start(made, agreed=False) == [running.AGREED]
    menu = ("menu", "To buy, press 9.", {"9": "bye", ...: "bye"})
    start = ("call_out", {}, {"next": "menu", "machine": "bye"})
    live(flow_of(start=start, menu=menu, bye=("hang_up", "Bye.")), version)
    (problem,) = running.why_not_start(CallList.objects.get())
    assert "9 means" in problem
    snapshot = dump(flow_of(menu=menu, bye=("hang_up", "Bye.")))
    FlowVersion.objects.filter(number=2).update(snapshot=snapshot)
    (problem,) = running.why_not_start(CallList.objects.get())
    assert problem.startswith("Menu: 9 means"), "also where the flow was not made for lists"
    CallList.objects.update(calls_for="information")
    assert running.why_not_start(CallList.objects.get()) == []


def test_a_voice_that_cannot_be_had_starts_nothing(a_list, somebody, monkeypatch):
    def refuse(texts, **how):
        raise ProviderRefused("no voice")

    monkeypatch.setattr(first_words.prompts, "render", refuse)
    made = a_list(state="draft")
    assert "no voice" in running.start(made, MONDAY_10, by=somebody)[0]
    assert CallList.objects.get().state == "draft"


def test_one_number_is_called_as_a_list_of_one(version, somebody):
    one = CallList(flow=version.flow, ours=PhoneNumber.objects.get(number=OURS), company="Hart Tools")
    assert running.call_one(one, THEM, MONDAY_10, name="Ann", by=somebody) == []
    made = CallList.objects.get()
    assert (made.by_hand, made.state, made.most_attempts, str(made)) == (True, "running", 1, "Call to ••••••••0142")


def test_who_clicks_twice_calls_once(version, somebody):
    ours = PhoneNumber.objects.get(number=OURS)
    said = [
        running.call_one(CallList(flow=version.flow, ours=ours, company="X"), THEM, MONDAY_10, name="", by=somebody)
        for _ in range(2)
    ]
    assert said == [[], [running.CALLED_ALREADY]]
    Callee.objects.update(state="reached")
    again = CallList(flow=version.flow, ours=ours, company="X")
    assert running.call_one(again, THEM, MONDAY_10, name="", by=somebody) == []


def test_the_voice_is_asked_before_anything_of_one_call_is_stored(version, somebody, monkeypatch):
    def watch(texts, **how):
        assert not CallList.objects.exists()
        raise ProviderRefused("no voice")

    monkeypatch.setattr(first_words.prompts, "render", watch)
    one = CallList(flow=version.flow, ours=PhoneNumber.objects.get(number=OURS), company="Hart Tools")
    assert "no voice" in running.call_one(one, THEM, MONDAY_10, name="", by=somebody)[0]
    assert not CallList.objects.exists()


def test_what_stands_in_the_way_of_one_call_stores_nothing(version, somebody):
    one = CallList(flow=version.flow, ours=PhoneNumber.objects.get(number=OURS), company="X", machines="message")
    live(flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Bye.")), version)
    one.ours.refresh_from_db()
    assert running.call_one(one, THEM, MONDAY_10, name="", by=somebody) == [fitting.NO_MESSAGE]
    assert CallList.objects.count() == 0
