"""What may be looked up: a builder sets it up, a publisher approves it, both can try it; no page shows its secret."""

import pytest
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Lookup
from flows.publishing import CannotGoLive
from tests.flows.addresses import delete_url
from tests.flows.pages import fields, fill_in, text_of
from tests.flows.waiving import let_pass

ADD = {
    "name": "Order status",
    "purpose": "when a caller asks where an order is",
    "address": "https://orders.example.com/status",
    "header": "X-Api-Key",
    "new_secret": "s3cret",
    "sends-0-name": "order",
    "sends-0-hint": "the order number",
    "sends-0-form": "digits",
    "finds-0-name": "status",
    "finds-0-path": "order.status",
}


def added(client, **more):
    return fill_in(client, reverse("admin:flows_lookup_add"), "lookup_form", **ADD | more)


@pytest.fixture
def orders(paul):
    added(paul)
    return Lookup.objects.get()


@pytest.fixture
def step(line, orders):
    """An AI step that may look orders up, between the greeting and the goodbye."""
    made = drafts.add_step(line, name="Helper", kind="agent")
    made.settings = {"lookups": [orders.key]}
    made.save()
    made.exits.update(goes_to=line.steps.get(key="goodbye"))
    line.steps.get(key="hello").exits.update(goes_to=made)
    let_pass(line)
    return made


def test_a_builder_sets_it_up_and_a_publisher_approves_it(maria, paul):
    added(maria)
    orders = Lookup.objects.get()
    assert (orders.key, orders.awaits_approval, orders.secret) == ("order-status", True, "s3cret")
    assert orders.sends == [{"name": "order", "hint": "the order number", "form": "digits"}]
    approve = reverse("admin:flows_lookup_approve", args=[orders.pk])
    assert maria.post(approve).status_code == 403
    paul.post(approve)
    orders.refresh_from_db()
    assert not orders.awaits_approval


def test_once_it_is_approved_a_builder_changes_only_how_it_is_called(maria, orders):
    url = orders.get_absolute_url()
    sent = {"address": "https://evil.example.com/", "sends-0-name": "all", "new_secret": "x", "header": "X-Evil"}
    fill_in(maria, url, "lookup_form", name="Orders", **sent)
    orders.refresh_from_db()
    assert (orders.name, orders.address, orders.secret) == ("Orders", ADD["address"], "s3cret")
    assert orders.sends[0]["name"] == "order"


def test_its_secret_is_on_no_page(paul, orders):
    shown = paul.get(orders.get_absolute_url()).content.decode()
    assert "s3cret" not in shown
    assert "A secret is stored." in shown
    fill_in(paul, orders.get_absolute_url(), "lookup_form", name="Orders")
    orders.refresh_from_db()
    assert orders.secret == "s3cret"


def test_another_address_is_not_given_the_secret_of_the_first(paul, orders):
    fill_in(paul, orders.get_absolute_url(), "lookup_form", address="https://other.example.com/")
    orders.refresh_from_db()
    assert orders.secret == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://orders.example.com/"},
        {"address": "https://169.254.169.254/"},
        {"seconds": "9"},
        {"header": ""},
        {"sends-0-name": "order number"},
        {"sends-0-hint": ""},
        {"finds-0-path": "order status"},
        {"finds-1-name": "status", "finds-1-path": "x"},
    ],
)
def test_what_cannot_work_is_refused_beside_its_field(maria, wrong):
    answer = added(maria, **wrong)
    assert answer.status_code == 200
    assert not Lookup.objects.exists()


def test_no_flow_that_uses_it_is_published_or_live_before_it_is_approved(line, number, orders, step, quick_voice):
    version = publishing.publish(line, by=None)
    assert version.snapshot["resources"]["lookup"][orders.key]["name"] == "Order status"
    assert "s3cret" not in str(version.snapshot)
    assert "orders.example.com" not in str(version.snapshot)
    Lookup.objects.update(awaits_approval=True)
    with pytest.raises(CannotGoLive, match="Order status"):
        publishing.go_live(number, version, by=None)
    (problem,) = publishing.draft(line).problems
    assert (problem.step, problem.field) == (step.key, "lookups")
    assert "on the page of this lookup" in problem.sentence


def test_one_in_use_is_not_deleted_and_the_sentence_names_where(paul, line, number, orders, step, quick_voice):
    publishing.go_live(number, publishing.publish(line, by=None), by=None)
    assert "1 live number asks it. Where to ask counts from the next call on." in text_of(
        paul.get(orders.get_absolute_url())
    )
    shown = text_of(paul.post(delete_url(orders), {"post": "yes"}, follow=True))
    assert "“Helper” of Main line" in shown
    assert "which is live" in shown


def test_the_ai_step_offers_it_with_a_tick_box(maria, line, orders):
    made = drafts.add_step(line, name="Helper", kind="agent")
    shown = maria.get(made.get_absolute_url())
    assert "What it may do" in text_of(shown)
    assert "Order status" in text_of(shown)
    sent = {**fields(shown, "step_form"), "lookups": [orders.key], "takes_messages": "on", "_save": "Save"}
    maria.post(made.get_absolute_url(), sent)
    made.refresh_from_db()
    assert made.settings["lookups"] == [orders.key]
    assert made.settings["takes_messages"] is True


def test_a_tick_at_a_destination_brings_the_exit_for_nobody(maria, line, desk):
    made = drafts.add_step(line, name="Helper", kind="agent")
    url = made.get_absolute_url()
    sent = {**fields(maria.get(url), "step_form"), "destinations": [desk.key], "_save": "Save"}
    maria.post(url, sent)
    assert {"not-reached", "completed"} <= set(made.exits.values_list("outcome", flat=True))
    sent = {**fields(maria.get(url), "step_form"), "_save": "Save"}
    sent.pop("destinations", None)
    maria.post(url, sent)
    assert "not-reached" not in set(made.exits.values_list("outcome", flat=True))


def test_a_step_without_an_assistant_takes_its_values_from_answers_and_is_offered_what_it_finds(maria, line, orders):
    number = drafts.add_step(line, name="Number", kind="collect_digits")
    number.settings = {"prompt": "Your number?", "answer": "order_number"}
    number.save()
    look = drafts.add_step(line, name="Look", kind="look_up")
    rows = {"sends-0-slot": "order", "sends-0-answer": "order_number"}
    answer = fill_in(maria, look.get_absolute_url(), "step_form", lookup=orders.key, **rows)
    assert answer.status_code == 302, text_of(answer)
    look.refresh_from_db()
    assert look.settings["sends"] == [{"slot": "order", "answer": "order_number", "value": ""}]
    decide = drafts.add_step(line, name="Decide", kind="branch")
    assert '<option value="status"' in maria.get(decide.get_absolute_url()).content.decode()


def test_a_step_that_would_change_something_or_sends_what_is_not_needed_says_so_on_its_page(maria, line, orders):
    Lookup.objects.update(changes=True)
    look = drafts.add_step(line, name="Look", kind="look_up")
    fill_in(
        maria, look.get_absolute_url(), "step_form", lookup=orders.key, **{"sends-0-slot": "x", "sends-0-value": "1"}
    )
    shown = text_of(maria.get(look.get_absolute_url()))
    assert "This lookup changes something" in shown
    assert "The lookup has no “x”. It needs “order”." in shown


def test_a_text_message_keeps_what_was_typed_and_tells_of_a_marker_of_nothing(maria, line):
    step = drafts.add_step(line, name="Text", kind="send_text")
    answer = fill_in(maria, step.get_absolute_url(), "step_form", text="Your [parcel] is here.")
    assert "No step of this flow asks for “parcel”." in text_of(answer)
    assert fields(answer, "step_form")["text"] == "Your [parcel] is here."
    assert fill_in(maria, step.get_absolute_url(), "step_form", text="We are here.").status_code == 302
