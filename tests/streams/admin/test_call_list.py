"""Call lists: made with a form, filled from a file that is shown first, started and stopped, seen as far as one may."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from flows.engine.snapshot import dump
from flows.models import Flow, PhoneNumber
from streams.models import Callee, CallList, DoNotCall, OutboundAttempt
from streams.outbound import due, first_words
from tests.builders import flow_of
from tests.flows.pages import text_of
from tests.streams.made import NOON, a_call
from tests.streams.rows import published

LIST, ONE = "admin:streams_calllist_changelist", "admin:streams_calllist_one"
SEES = ("view_calllist", "view_call")
RUNS = (*SEES, "run_calllist", "add_calllist", "change_calllist", "delete_calllist", "add_export", "view_number")
THEM = "+14155550142"
RULES = {
    **{"name": "Reminders", "company": "Hart Tools", "calls_for": "information", "weekdays": ["0", "2"]},
    **{"opens": "09:00", "closes": "18:00", "most_attempts": 3, "minutes": 60, "daily_cap": 100, "at_once": 2},
    **{"ring_seconds": 30, "machines": "hang-up"},
}


@pytest.fixture(autouse=True)
def quiet(settings, monkeypatch):
    settings.OUTBOUND_COUNTRIES, settings.CALLBACK_HOURS = ["US"], "08:00-21:00"
    monkeypatch.setattr(first_words.prompts, "render", lambda texts, **how: iter(()))
    monkeypatch.setattr(due, "sweep_soon", lambda: None)


@pytest.fixture
def version(db):
    start = ("call_out", {"known": [{"answer": "name", "otherwise": ""}]}, {"next": "bye", "machine": "bye"})
    return published(flow_of(start=start, bye=("hang_up", "Goodbye [name].")))


@pytest.fixture
def a_list(version):
    ours = PhoneNumber.objects.get()
    return CallList.objects.create(name="Reminders", flow=version.flow, ours=ours, company="Hart Tools")


def rules(version, **about):
    return {**RULES, "flow": version.flow_id, "ours": PhoneNumber.objects.get().pk, **about}


def act(client, row, name, **sent):
    return text_of(client.post(reverse("admin:streams_calllist_act", args=[row.pk, name]), sent, follow=True))


# --- Making one -------------------------------------------------------------------------------------------------------


def test_a_list_is_made_with_its_rules_and_asks_for_people_next(signed_in, version):
    client = signed_in(*RUNS)
    shown = text_of(client.post(reverse("admin:streams_calllist_add"), rules(version), follow=True))
    made = CallList.objects.get()
    assert (made.state, made.weekdays, made.ring_seconds) == ("draft", "02", 30)
    assert "Now add people" in shown
    assert "Mon, Wed, 09:00 to 18:00 on their clocks" in shown
    client.post(f"{made.get_absolute_url()}?edit", rules(version, name="Others"))
    assert CallList.objects.get().name == "Others"


@pytest.mark.parametrize("state", ["running", "done"])
def test_the_rules_of_a_list_that_runs_or_is_done_stay_as_they_are(signed_in, version, a_list, state):
    CallList.objects.update(state=state)
    client = signed_in(*RUNS)
    address = f"{a_list.get_absolute_url()}?edit"
    assert "Change the rules" not in text_of(client.get(a_list.get_absolute_url()))
    sent = client.post(address, rules(version, company="Nobody that the first words name"), follow=True)
    for answered in (client.get(address, follow=True), sent):
        assert ("Pause it" if state == "running" else "It is done") in text_of(answered)
    assert CallList.objects.get().company == "Hart Tools"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ring_seconds", 14, "greater than or equal to 15"),  # rule L04
        ("minutes", 5, "greater than or equal to 15"),
        ("daily_cap", 0, "greater than or equal to 1"),
        ("closes", "08:00", "ends before it begins"),
        ("weekdays", [], "required"),
        ("company", "", "required"),
    ],
)
def test_rules_that_serve_nobody_are_refused(signed_in, version, field, value, sentence):
    shown = text_of(signed_in(*RUNS).post(reverse("admin:streams_calllist_add"), rules(version, **{field: value})))
    assert sentence in shown
    assert not CallList.objects.exists()


def test_a_window_at_night_is_refused(signed_in, version):
    sent = rules(version, opens="22:00", closes="23:00")
    shown = text_of(signed_in(*RUNS).post(reverse("admin:streams_calllist_add"), sent))
    assert "from 08:00 to 21:00 only" in shown


def test_an_empty_page_says_what_a_list_does(signed_in, db):
    assert "No call list yet" in text_of(signed_in(*SEES).get(reverse(LIST)))
    assert signed_in("view_call").get(reverse(LIST)).status_code == 403


# --- People -----------------------------------------------------------------------------------------------------------


FILE = "Phone;Name;Order\n+14155550142;Ann;12\nnonsense;Ben;13\n+14155550143;Cy;14\n"


def look(client, row, **sent):
    return client.post(reverse("admin:streams_calllist_people", args=[row.pk]), sent)


def test_a_file_is_shown_row_by_row_and_stored_only_when_it_is_taken(signed_in, a_list):
    client = signed_in(*RUNS)
    file = SimpleUploadedFile("people.csv", FILE.encode("latin-1"), "text/csv")
    page = look(client, a_list, file=file)
    shown = text_of(page)
    assert "Take these 2 numbers" in shown
    assert "1 row left out" in shown
    assert "no telephone number" in shown
    assert "[order] 12" in shown
    assert not Callee.objects.exists()
    sent = {**page.context["form"].initial, "take": ""}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}
    sent["has_names"] = "on"
    assert "2 numbers added" in text_of(
        client.post(reverse("admin:streams_calllist_people", args=[a_list.pk]), sent, follow=True)
    )
    assert list(Callee.objects.values_list("number", "name", "answers")) == [
        (THEM, "Ann", {"order": "12"}), ("+14155550143", "Cy", {"order": "14"})
    ]  # fmt: skip
    assert LogEntry.objects.filter(change_message__contains="2 numbers added").exists()


def test_columns_can_be_chosen_again(signed_in, a_list):
    client = signed_in(*RUNS)
    sent = {"text": "a,b\n+14155550142,+14155550143\n", "number": "1", "has_names": "on"}
    assert "+14155550143" in text_of(look(client, a_list, **sent))
    shown = text_of(look(client, a_list, **{**sent, "number": "7"}))
    assert "Choose the columns again" in shown


def test_rows_that_are_wrong_are_mended_on_the_page(signed_in, a_list):
    client = signed_in(*RUNS)
    page = look(client, a_list, text=FILE)
    assert not page.context["form"]["text"].is_hidden
    sent = {"text": FILE.replace("nonsense", "415 555 0144"), "number": "0", "name": "1", "has_names": "on", "look": ""}
    assert "Take these 3 numbers" in text_of(look(client, a_list, **sent))
    long = "number\n" + "".join(f"+1415{number}\n" for number in range(5552000, 5555000))
    assert look(client, a_list, text=long).context["form"]["text"].is_hidden


def test_bad_input_loses_nothing(signed_in, a_list):
    rows = "number\n" + "+14155550142\n" * 10_001
    shown = text_of(look(signed_in(*RUNS), a_list, text=rows))
    assert "10,001 rows" in shown
    assert shown.count("+14155550142") >= 10_001


def test_a_picture_is_no_file_of_people(signed_in, a_list):
    file = SimpleUploadedFile("people.xlsx", b"PK\x03\x04...", "application/zip")
    assert "Excel file" in text_of(look(signed_in(*RUNS), a_list, file=file))


# --- Running ----------------------------------------------------------------------------------------------------------


def somebody(a_list, **about):
    return Callee.objects.create(call_list=a_list, **{"number": THEM, "name": "Ann Lee", **about})


def test_it_is_started_paused_and_stopped_by_who_may_and_each_is_noted(signed_in, a_list):
    somebody(a_list)
    client = signed_in(*RUNS)
    assert "It runs" in act(client, a_list, "start")
    assert "It is paused" in act(client, a_list, "pause")
    assert "stopped for good" in act(client, a_list, "stop")
    a_list.refresh_from_db()
    assert (a_list.state, a_list.state_by.username) == ("done", "user-0")
    assert LogEntry.objects.count() == 3
    assert Callee.objects.get().state == "removed"


def test_what_stands_in_the_way_is_said(signed_in, a_list):
    assert "Add people first" in act(signed_in(*RUNS), a_list, "start")
    a_list.refresh_from_db()
    assert a_list.state == "draft"


def test_a_sales_list_asks_for_consent(signed_in, a_list):
    somebody(a_list)
    CallList.objects.update(calls_for="sales")
    client = signed_in(*RUNS)
    assert "agreed in writing" in text_of(client.get(a_list.get_absolute_url()))
    assert "It runs" not in act(client, a_list, "start")
    assert "It runs" in act(client, a_list, "start", agreed="on")


def test_who_may_only_look_sees_masked_numbers_and_no_buttons(signed_in, a_list):
    somebody(a_list)
    client = signed_in(*SEES)
    shown = text_of(client.get(a_list.get_absolute_url()))
    assert THEM not in shown
    assert "Ann Lee" not in shown
    assert "•0142" in shown
    assert "Stop for good" not in shown
    for name in ("start", "pause", "stop"):
        address = reverse("admin:streams_calllist_act", args=[a_list.pk, name])
        assert client.post(address).status_code == 403
    for name in ("people", "results"):
        assert client.get(reverse(f"admin:streams_calllist_{name}", args=[a_list.pk])).status_code == 403
    assert client.get(reverse(ONE)).status_code == 403


def test_attempts_stand_in_words_and_lead_to_their_call(signed_in, a_list):
    callee = somebody(a_list, state="gave-up", problem="They could not be reached.")
    call = a_call(direction="outbound")
    OutboundAttempt.objects.create(callee=callee, number=THEM, result="busy", ordered_at=NOON, call=call)
    page = signed_in(*RUNS).get(f"{a_list.get_absolute_url()}?state=gave-up")
    shown = text_of(page)
    assert "the line was busy" in shown
    assert call.get_absolute_url() in page.content.decode()
    assert "100 % of 1 done" in shown


def test_a_carrier_that_cannot_be_asked_is_told_on_the_page_of_a_list_that_runs(signed_in, a_list):
    callee, now = somebody(a_list), timezone.now()
    why = "The carrier cannot be reached from this machine."
    about = {"number": THEM, "result": "never-made", "why": why, "ordered_at": now, "settled_at": now}
    OutboundAttempt.objects.create(callee=callee, **about)
    client = signed_in(*RUNS)
    assert "could not be asked" not in text_of(client.get(a_list.get_absolute_url()))
    CallList.objects.update(state="running")
    shown = text_of(client.get(a_list.get_absolute_url()))
    assert "The carrier could not be asked for calls since" in shown
    assert "It is tried again at" in shown
    assert f"not called. {why}" in shown


def test_somebody_who_waits_is_taken_off(signed_in, a_list):
    callee = somebody(a_list)
    client = signed_in(*RUNS)
    address = reverse("admin:streams_calllist_take_off", args=[a_list.pk, callee.pk])
    assert "will not be called" in text_of(client.post(address, follow=True))
    assert "do not wait any more" in text_of(client.post(address, follow=True))
    assert Callee.objects.get().state == "removed"
    assert LogEntry.objects.get().change_message == "Took ••••••••0142 off."


def test_many_lists_stand_on_pages_and_cost_few_queries(signed_in, a_list, django_assert_max_num_queries):
    for number in range(55):
        made = CallList.objects.create(name=f"L{number}", flow=a_list.flow, ours=a_list.ours, by_hand=True)
        somebody(made)
    client = signed_in(*RUNS)
    with django_assert_max_num_queries(12):
        page = client.get(f"{reverse(LIST)}?single")
    assert "1 of 2" in text_of(page)
    assert "?single&amp;page=2" in page.content.decode()
    assert "L0" in text_of(client.get(f"{reverse(LIST)}?single&page=2"))


def test_results_are_a_file_that_no_spreadsheet_runs(signed_in, a_list):
    callee = somebody(a_list, name="=HYPERLINK(1)", state="reached")
    call = a_call(direction="outbound", state={"answers": {"keep": "yes"}}, outcome="ended by the flow")
    OutboundAttempt.objects.create(callee=callee, number=THEM, result="reached", ordered_at=NOON, call=call)
    address = reverse("admin:streams_calllist_results", args=[a_list.pk])
    sent = signed_in(*RUNS, "view_transcript").get(address)
    table = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    row = dict(zip(*table, strict=True))
    assert (row["number"], row["name"], row["state"]) == ("14155550142", "'=HYPERLINK(1)", "reached")
    assert (row["answers"], row["how it went"]) == ("keep: yes", "they were spoken with")
    sent = signed_in(*SEES, "add_export").get(address)
    table = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert THEM[1:] not in table[1]
    assert not {"name", "answers"} & set(table[0])


# --- One number -------------------------------------------------------------------------------------------------------


def one(version, **about):
    ours = PhoneNumber.objects.get().pk
    given = {"number": "415 555 0142", "name": "Ann", "flow": version.flow_id, "ours": ours, "company": "Hart Tools"}
    return {**given, "machines": "hang-up", **about}


def test_one_number_is_called_at_once(signed_in, version):
    shown = text_of(signed_in(*RUNS).post(reverse(ONE), one(version), follow=True))
    assert "being called" in shown
    made = CallList.objects.get()
    assert (made.by_hand, made.state, made.callees.get().number) == (True, "running", THEM)
    client = signed_in(*RUNS)
    assert str(made) in text_of(client.get(f"{reverse(LIST)}?single"))
    assert str(made) not in text_of(client.get(reverse(LIST)))


@pytest.mark.parametrize("number", ["nonsense", "+34911234567", "+14155550143"])
def test_a_number_that_may_not_be_called_says_why(signed_in, version, number):
    DoNotCall.objects.create(number="+14155550143", reason="They asked.")
    shown = text_of(signed_in(*RUNS).post(reverse(ONE), one(version, number=number)))
    assert "Nobody was called" in shown
    assert not CallList.objects.exists()


def test_a_flow_that_is_not_published_says_so(signed_in, version):
    other = Flow.objects.create(name="Draft", slug="draft")
    shown = text_of(signed_in(*RUNS).post(reverse(ONE), one(version, flow=other.pk)))
    assert first_words.NO_VERSION in shown
    assert not CallList.objects.exists()
    assert dump(flow_of(bye=("hang_up", "Bye.")))
