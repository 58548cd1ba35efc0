"""Trying a lookup: asked with sample values, or shown an answer; what it reads is picked from there."""

import json

import pytest
from django.urls import reverse

from flows.models import Lookup
from flows.seams import Tried
from tests.flows.pages import text_of

ANSWER = {"order": {"status": "shipped", "items": [{"name": "drill"}, {"name": "bit"}], "late": False}}


def trial(lookup, sample):
    """Stands for the true thing, which is `streams.lookups.try_now`."""
    if sample["order"] == "0":
        return Tried(problem="It did not answer in time.")
    return Tried({"status": "shipped"}, answer=ANSWER)


@pytest.fixture
def orders(db):
    sends = [{"name": "order", "hint": "the order number", "form": "digits"}]
    finds = [{"name": "status", "path": "order.status"}]
    return Lookup.objects.create(
        key="orders", name="Order status", address="https://orders.example.com/", sends=sends, finds=finds
    )


@pytest.fixture
def tried(settings, orders):
    settings.LOOKUP_TRIAL = f"{__name__}.trial"
    return reverse("admin:flows_lookup_try", args=[orders.pk])


def ask(client, url, order):
    return text_of(client.post(url, {"order": order, "_ask": "yes"}))


def test_it_can_be_tried_with_sample_values(maria, tried):
    assert "Ask now" in text_of(maria.get(tried))
    shown = ask(maria, tried, "4711")
    assert "A call would learn this" in shown
    assert "read as “status”" in shown


def test_a_failure_is_told_in_words(maria, tried):
    shown = ask(maria, tried, "0")
    assert "It could not be looked up" in shown
    assert "did not answer in time" in shown


def test_samples_are_held_to_the_form_of_what_callers_give(maria, tried):
    assert "Write digits only." in ask(maria, tried, "47; drop")


def test_nobody_asks_what_nobody_answers_for_but_an_answer_may_be_pasted(maria, paul, tried):
    Lookup.objects.update(awaits_approval=True)
    assert maria.post(tried, {"order": "1", "_ask": "yes"}).status_code == 403
    assert paul.post(tried, {"order": "1", "_ask": "yes"}).status_code == 200
    assert "Ask now" not in text_of(maria.get(tried))
    shown = text_of(maria.post(tried, {"answer": json.dumps(ANSWER), "_paste": "yes"}))
    assert "order.items.1.name" in shown


@pytest.mark.parametrize(
    ("pasted", "says"),
    [("", "Paste an answer first."), ("<html>", "It begins with { or [."), ("42", "This holds no names to pick.")],
)
def test_what_is_no_answer_is_refused_in_words(maria, orders, tried, pasted, says):
    Lookup.objects.update(awaits_approval=True)
    assert says in text_of(maria.post(tried, {"answer": pasted, "_paste": "yes"}))


def test_what_is_ticked_is_read_from_then_on_under_a_name_of_its_own(paul, orders, tried):
    ticked = {
        "pick": ["order.items.0.name", "order.late", "order.status", "no such path!"],
        "name:order.items.0.name": "status",
        "name:order.late": "",
        "_pick": "yes",
    }
    told = text_of(paul.post(tried, ticked, follow=True))
    assert "“status 2”, “late” can be read" in told
    orders.refresh_from_db()
    assert [(row["name"], row["path"]) for row in orders.finds] == [
        ("status", "order.status"),
        ("status 2", "order.items.0.name"),
        ("late", "order.late"),
    ]


def test_what_an_approved_lookup_reads_is_picked_by_who_may_approve(maria, orders, tried):
    assert maria.post(tried, {"pick": ["order.late"], "_pick": "yes"}).status_code == 403
    orders.refresh_from_db()
    assert len(orders.finds) == 1
