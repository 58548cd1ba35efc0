import pytest

from streams import calls
from streams.desk import news, telling
from streams.event_log import Entry
from streams.words_kept import WORDS
from tests.streams.made import NOON


@pytest.fixture
def told(monkeypatch):
    heard = []
    monkeypatch.setattr(news, "tell", lambda pk, kind, **what: heard.append((pk, kind, what)))
    return heard


def test_of_a_line_only_what_the_table_names_is_told(told):
    telling.line(7, Entry(at=1.23456, kind="tool_asked", step="helper", data={"tool": "find", "arguments": {"a": "1"}}))
    assert told == [(7, "tool_asked", {"step": "helper", "at": 1.235, "tool": "find"})]


@pytest.mark.parametrize(("kind", "data"), [("key", {"digit": "4"}), ("answer", {"answers": {"pin": "1234"}})])
def test_what_was_typed_is_not_told(told, kind, data):
    telling.line(7, Entry(at=1.0, kind=kind, data=data))
    assert all(what.keys() <= {"step", "at"} for _, _, what in told)


def test_no_kind_tells_what_was_typed_or_asked_for():
    hidden = {"digit", "answers", "arguments", "answer", "meaning", "said"}
    assert not any(hidden & set(names) for names in telling.TOLD.values())
    assert "tool_asked" in WORDS  # its arguments are words, and are not told
    assert telling.TOLD["tool_asked"] == ("tool", "verdict")


def test_used_engines_and_answers_are_no_news(told):
    for kind in ("used", "waits", "prompt_heard", "understood"):
        telling.line(7, Entry(at=1.0, kind=kind, data={"answers": {"pin": "1234"}}))
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_a_call_that_comes_in_is_answered_and_ends_is_told_once_it_is_stored(told):
    call = calls.open_call(call_uuid="a" * 32, caller="+1", called="+2", direction="inbound", at=NOON)
    calls.open_call(call_uuid="a" * 32, caller="+1", called="+2", direction="inbound", at=NOON)
    calls.answered(call, at=NOON)
    calls.call_ended("a" * 32, by="hangup", at=NOON)
    calls.call_ended("a" * 32, by="sweep", at=NOON)
    kinds = [kind for pk, kind, _ in told if pk == call.pk]
    assert (kinds[0], kinds.count(telling.BEGAN), kinds.count(telling.ENDED)) == (telling.BEGAN, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_lines_of_a_transaction_that_fails_are_not_told(told):
    from django.db import transaction

    with transaction.atomic():
        telling.stored(7, [Entry(at=0.0, kind="entered", step="menu")])
        transaction.set_rollback(True)
    telling.stored(7, [Entry(at=0.0, kind="entered", step="menu")])
    telling.stored(7, [])
    assert [kind for _, kind, _ in told] == ["entered"]
