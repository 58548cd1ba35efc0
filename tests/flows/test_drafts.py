"""What may be done to a draft."""

import pytest

from flows import drafts
from flows.models import Exit, Flow


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Main menu", [], "main-menu"),
        ("Main menu", ["main-menu", "main-menu-2"], "main-menu-3"),
        ("Главное меню", [], "menu"),
        ("Главное меню", ["menu"], "menu-2"),
        ("2nd line", [], "menu-2nd-line"),
        ("!!!", [], "menu"),
    ],
)
def test_a_key_is_made_from_the_name_begins_with_a_letter_and_is_free(name, taken, key):
    assert drafts.free_key(name, taken, otherwise="menu") == key


def test_a_key_is_never_longer_than_its_column():
    long = "word " * 50
    taken = [drafts.free_key(long, [], otherwise="x", longest=40)]
    assert len(drafts.free_key(long, taken, otherwise="x", longest=40)) <= 40


def test_the_first_step_is_where_calls_begin_and_a_later_one_comes_after_an_exit(db):
    flow = Flow.objects.create(name="Line", slug="line")
    hello = drafts.add_step(flow, name="Hello", kind="say")
    bye = drafts.add_step(flow, name="Bye", kind="hang_up", after=hello.exits.get())

    flow.refresh_from_db()
    assert flow.start == hello
    assert hello.exits.get().goes_to == bye
    assert [step.place for step in flow.steps.all()] == [0, 1]


def test_every_act_raises_the_revision_and_remembers_who_did_what(line, builder):
    before = Flow.objects.get(pk=line.pk).revision

    drafts.add_step(line, name="Extra", kind="say", by=builder)
    drafts.move_step(line.steps.get(key="extra"), -1, by=builder)

    line.refresh_from_db()
    assert (line.revision, line.changed_by, line.last_change) == (before + 2, builder, "Extra (moved)")


def test_a_step_does_not_move_past_either_end(line):
    drafts.move_step(line.steps.get(key="hello"), -1)
    drafts.move_step(line.steps.get(key="goodbye"), 1)
    assert [step.key for step in line.steps.all()] == ["hello", "goodbye"]


def test_exits_keep_their_rows_when_they_are_written_again(menu):
    before = dict(menu.exits.values_list("outcome", "pk"))
    drafts.sync_exits(menu)
    assert dict(menu.exits.values_list("outcome", "pk")) == before


def test_choices_stand_before_the_fixed_exits(menu):
    drafts.write_exits(menu, [Exit(outcome="2", label="Two"), Exit(outcome="1", label="One")], {})
    assert list(menu.exits.values_list("outcome", flat=True))[:2] == ["2", "1"]


def test_checking_out_a_flow_that_moved_on_tells_who_and_what(line, builder):
    drafts.touch(line, by=builder, what="Hello")
    with pytest.raises(drafts.Conflict, match="Maria Lopez saved “Hello” a moment ago") as caught:
        drafts.check_out(line.pk, line.revision - 1)
    assert drafts.check_out(line.pk, caught.value.revision) == line


def test_a_conflict_with_a_program_names_nobody(line):
    drafts.touch(line, by=None, what="")
    with pytest.raises(drafts.Conflict, match="Somebody saved this flow"):
        drafts.check_out(line.pk, 1)
