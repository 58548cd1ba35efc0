"""Test calls are written as changes of the draft."""

import pytest

from flows import history
from flows.portable import applying, gathering
from flows.portable.reading import file_of
from flows.portable.writing import text_of
from flows.testcalls import keeping
from flows.testcalls.proposals import Proposal

pytestmark = pytest.mark.django_db


def names(flow):
    return [test.name for test in flow.test_calls.all()]


def test_what_is_proposed_is_kept_at_once_under_free_names(line, builder, django_assert_max_num_queries):
    keeping.keep(line, "Billing", "ends", by=builder)
    proposed = [Proposal(name="Billing", lines="ends"), *(Proposal(name=f"P{n}", lines="ends") for n in range(20))]
    with django_assert_max_num_queries(25):
        assert keeping.keep_all(line, proposed, by=builder) == 21
    assert names(line)[:3] == ["Billing", "Billing (2)", "P0"]
    assert [change.what for change in history.trail(line)][:1] == ["21 test calls (added)"]
    history.undo(line, by=None)
    assert names(line) == ["Billing"]


def test_no_more_are_kept_than_a_flow_has_room_for(line, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_TESTS", 2)
    proposed = [Proposal(name=f"P{n}", lines="ends") for n in range(3)]
    assert keeping.keep_all(line, proposed, by=None) == 2
    assert keeping.keep_all(line, proposed, by=None) == 0


def test_undo_after_an_import_brings_the_test_calls_back(line, builder):
    keeping.keep(line, "Billing", "ends", by=builder)
    text = text_of(gathering.file_of(line)).replace("name: Billing", "name: Another")
    applying.apply(file_of(text), to=line, by=builder)
    assert names(line) == ["Another"]
    history.undo(line, by=None)
    assert names(line) == ["Billing"]


def test_a_revision_of_an_earlier_release_leaves_them_alone(line):
    keeping.keep(line, "Billing", "ends", by=None)
    for row in line.history.all():
        del row.content["tests"]
        row.save()
    history.undo(line, by=None)
    assert names(line) == ["Billing"]
