"""A lookup as a step knows it: its fields, never its address or secret."""

import pytest
from django.core.exceptions import ValidationError

from flows.engine.tools import looking_up, wrong_arguments
from flows.models import Lookup
from flows.models.lookups import FORMS, PATH


def lookup(**about):
    given = {
        "key": "orders",
        "name": "Order status",
        "purpose": "When a caller asks.",
        "address": "https://orders.example.com/",
        "sends": [
            {"name": "order", "hint": "The order number", "form": "digits"},
            {"name": "phone", "hint": "", "form": "caller"},
        ],
        "header": "X-Api-Key",
        "secret": "s3cret",
        **about,
    }
    return Lookup(**given)


def test_a_step_knows_what_to_ask_for_and_neither_address_nor_secret_nor_number():
    known = lookup().as_lookup()
    assert [slot.name for slot in known.slots] == ["order"]
    assert "orders.example.com" not in repr(known)
    assert "s3cret" not in repr(known)


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("digits", "4711", "47 11"),
        ("code", "AB-12", "AB 12;"),
        ("date", "2026-12-24", "Christmas"),
        ("text", "the blue one", "x" * 101),
    ],
)
def test_what_callers_give_is_held_to_its_form(form, good, bad):
    known = lookup(sends=[{"name": "it", "hint": "It", "form": form}]).as_lookup()
    tool = looking_up("orders", known, "").tool
    assert wrong_arguments(tool, {"it": good}) == ""
    assert wrong_arguments(tool, {"it": bad})


def test_every_form_is_a_choice_with_words():
    assert all(words for words, _, _ in FORMS.values())


@pytest.mark.parametrize(
    ("field", "about"),
    [
        ("seconds", {"seconds": 0}),
        ("seconds", {"seconds": 6}),
        ("header", {"header": "Host"}),
        ("header", {"header": "Cookie"}),
        ("header", {"header": "X Api\r\nKey"}),
    ],
)
def test_what_no_request_could_keep_is_refused(field, about):
    with pytest.raises(ValidationError) as caught:
        lookup(**about).clean()
    assert field in caught.value.message_dict


@pytest.mark.parametrize("path", ["", ".", "a..b", "a.b.", "a[0]", "a b", ".".join("a" * 12)])
def test_a_path_that_leads_nowhere_is_none(path):
    assert not PATH.fullmatch(path)
