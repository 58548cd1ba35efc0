"""The page of a flow's test calls."""

import pytest
from django.urls import reverse

from flows import drafts, history
from flows.models import Flow, TestCall
from tests.flows.pages import client_of, text_of


def url(flow):
    return reverse("admin:flows_flow_tests", args=[flow.pk])


@pytest.fixture
def billing(menu):
    return TestCall.objects.create(flow=menu.flow, name="Billing", lines="presses 1\ngoes to Goodbye")


def add(client, flow, name, lines, **more):
    return client.post(url(flow), {"new-name": name, "new-lines": lines, "_save": "", **more}, follow=True)


def test_a_builder_writes_one_and_sees_at_once_that_it_passes(maria, builder, line, menu):
    assert "No test calls yet" in text_of(maria.get(url(line)))
    shown = text_of(add(maria, line, "Billing", "caller presses 1\r\ngoes to “Goodbye”\r\n"))
    assert "passes Billing" in shown
    assert "Hello → Main menu → Goodbye" in shown
    assert "1 of 1 pass, and walk 40% of the exits" in shown
    stored = TestCall.objects.get()
    assert (stored.changed_by, stored.lines) == (builder, "caller presses 1\ngoes to “Goodbye”")


def test_a_failing_line_is_marked_with_what_callers_heard_instead(maria, line, menu):
    page = add(maria, line, "Sales", "hears sales")
    assert "fails Sales" in text_of(page)
    assert "Callers heard “Welcome to Hart Tools.” “For billing, press 1.” instead." in text_of(page)
    assert "cw-test-failed" in page.content.decode()


def test_lines_that_cannot_be_read_are_told_and_nothing_typed_is_lost(maria, line, menu):
    page = add(maria, line, "Billing", "caller presses 1\ncaller dances")
    assert "Line 2: “caller dances” is no line of a test call." in text_of(page)
    assert "caller dances</textarea>" in page.content.decode()
    assert not TestCall.objects.exists()


def test_a_test_is_changed_duplicated_and_deleted(maria, line, billing):
    prefix, sent = f"test-{billing.pk}", {"test": billing.pk}
    maria.post(url(line), {**sent, f"{prefix}-name": "Bills", f"{prefix}-lines": "says billing\nends", "_save": ""})
    billing.refresh_from_db()
    assert (billing.name, billing.lines) == ("Bills", "says billing\nends")
    maria.post(url(line), {**sent, "_duplicate": ""})
    assert [test.name for test in line.test_calls.all()] == ["Bills", "Bills (2)"]
    maria.post(url(line), {**sent, "_delete": ""})
    assert [test.name for test in line.test_calls.all()] == ["Bills (2)"]
    line.refresh_from_db()
    for _ in range(2):
        history.undo(line, by=None)
    (back,) = line.test_calls.all()
    assert (back.pk, back.name) == (billing.pk, "Bills")
    history.undo(line, by=None)
    assert line.test_calls.get().lines == "presses 1\ngoes to Goodbye"


def test_what_nobody_tested_is_proposed_and_what_is_ticked_is_added(maria, line, billing):
    shown = text_of(maria.get(url(line)))
    assert "Propose tests for 3 untested exits" in shown
    assert "Main menu: no answer at all" in shown
    page = maria.get(url(line), {"propose": ""})
    assert "Each of them passes now" in text_of(page)
    names = ["Main menu: the caller asked for a person", "Main menu: no answer at all", "Main menu: no answer fitted"]
    maria.post(url(line), {"_add": "", "tick": names})
    assert sorted(test.name for test in line.test_calls.all()) == sorted([*names, "Billing"])
    assert "4 of 4 pass, and walk 100% of the exits" in text_of(maria.get(url(line)))
    assert "Nothing left to propose" in text_of(maria.get(url(line), {"propose": ""}))


def test_who_may_only_look_sees_them_and_changes_nothing(person, line, billing):
    viewer = client_of(person("operations viewer"))
    page = viewer.get(url(line))
    if page.status_code == 200:
        assert "passes Billing" in text_of(page)
        assert "Add a test call" not in text_of(page)
    assert viewer.post(url(line), {"test": billing.pk, "_delete": ""}).status_code == 403
    assert TestCall.objects.exists()
    assert client_of(person(username="nobody")).get(url(line)).status_code == 403


def test_another_flows_test_cannot_be_touched_from_here(maria, line, billing):

    other = Flow.objects.create(name="Other", slug="other")
    assert maria.post(url(other), {"test": billing.pk, "_delete": ""}).status_code == 404


def test_a_draft_that_cannot_be_read_keeps_its_tests(maria, line, billing):
    line.steps.filter(key="hello").update(settings={"text": 5})
    assert "They cannot run now" in text_of(maria.get(url(line)))
    assert TestCall.objects.exists()


def test_many_tests_are_shown_with_as_many_queries_as_one(maria, line, billing, django_assert_max_num_queries):
    maria.get(url(line))
    TestCall.objects.bulk_create(
        TestCall(flow=line, name=f"Test {number}", lines="presses 1\nends") for number in range(30)
    )
    with django_assert_max_num_queries(20):
        assert "31 of 31 pass" in text_of(maria.get(url(line)))


def test_the_flow_page_leads_here_and_the_help_says_what_one_may_write(maria, line, menu):
    assert url(line) in maria.get(line.get_absolute_url()).content.decode()
    shown = text_of(maria.get(url(line)))
    assert "caller says nothing" in shown
    assert "message of 12 seconds" in shown


@pytest.fixture
def helper(line):
    """An AI step after the greeting, whose exits all lead to the goodbye."""
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    step = drafts.add_step(line, name="Helper", kind="agent")
    drafts.write_exits(step, [], {outcome.name: bye for outcome in drafts.outcomes_of(step)})
    hello.exits.update(goes_to=step)
    return step


def test_an_ai_step_asks_for_difficult_callers_until_it_has_met_them(maria, line, helper):
    page = reverse("admin:flows_flow_lint", args=[line.pk])
    wanted = "No test call plays a caller who is rude, or one who says nothing, or one who asks for something else."
    assert wanted in text_of(maria.get(page))
    assert f'href="{url(line)}?propose#proposed">Propose tests</a>' in maria.get(page).content.decode()
    names = [f"Helper: {who}" for who in ("a hostile caller", "a caller who says nothing")]
    shown = text_of(maria.post(url(line), {"tick": names, "_add": ""}, follow=True))
    assert "Helper: a hostile caller caller: rude" in shown
    assert "No test call plays one who asks for something else." in text_of(maria.get(page))
    add(
        maria, line, "Weather", "says “the weather?”\nAI ends with “could-not-help”\nends", **{"new-plays": "off-topic"}
    )
    assert "No test call plays" not in text_of(maria.get(page))
