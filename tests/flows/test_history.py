import pytest

from flows import drafts, history, publishing
from flows.models import DraftRevision, Exit, Flow

pytestmark = pytest.mark.django_db


def keys(flow):
    return [step.key for step in flow.steps.all()]


def whole(flow):
    return history.content_of(flow)


def test_undo_takes_back_the_last_change_whatever_it_was(line):
    before = whole(line)
    menu = drafts.add_step(line, name="Menu", kind="menu")
    drafts.connect(line.steps.get(key="hello"), "next", menu)
    taken_back = history.undo(line, by=None)
    assert taken_back.what == "Hello, “it was heard” leads to Menu"
    assert keys(line) == ["hello", "goodbye", "menu"]
    assert history.undo(line, by=None).what == "Menu (added)"
    assert whole(line) == before


def test_a_step_that_was_deleted_comes_back_with_its_address_and_connections(line):
    before, address = whole(line), line.steps.get(key="goodbye").get_absolute_url()
    drafts.delete_step(line.steps.get(key="goodbye"))
    assert Exit.objects.get(step__key="hello").goes_to is None
    history.undo(line, by=None)
    assert whole(line) == before
    assert line.steps.get(key="goodbye").get_absolute_url() == address
    assert publishing.draft(line).problems == []


def test_what_was_undone_can_be_done_again_until_something_else_is_done(line):
    drafts.add_step(line, name="Menu", kind="menu")
    after = whole(line)
    history.undo(line, by=None)
    assert history.to_redo(line).what == "Menu (added)"
    assert history.redo(line, by=None).what == "Menu (added)"
    assert whole(line) == after
    history.undo(line, by=None)
    drafts.add_step(line, name="Other", kind="say")
    assert history.redo(line, by=None) is None
    assert keys(line) == ["hello", "goodbye", "other"]


def test_undo_after_undo_goes_further_back_and_stops_at_the_oldest(line):
    for name in ("One", "Two", "Three"):
        drafts.add_step(line, name=name, kind="say")
    history.undo(line, by=None)
    history.undo(line, by=None)
    drafts.add_step(line, name="Four", kind="say")
    assert keys(line) == ["hello", "goodbye", "one", "four"]
    assert history.undo(line, by=None).what == "Four (added)"
    assert keys(line) == ["hello", "goodbye", "one"]
    while history.to_undo(line):
        history.undo(line, by=None)
    assert history.undo(line, by=None) is None


def test_undo_is_a_change_of_its_own_that_others_notice(line, builder):
    drafts.add_step(line, name="Menu", kind="menu")
    opened = line.revision
    history.undo(line, by=builder)
    with pytest.raises(drafts.Conflict, match=r"undid: Menu \(added\)"):
        drafts.check_out(line.pk, opened)


def test_the_trail_tells_who_did_what_the_latest_first(line, builder):
    drafts.add_step(line, name="Menu", kind="menu", by=builder)
    drafts.move_step(line.steps.get(key="menu"), -1)
    said = [(change.who, change.what) for change in history.trail(line)][:2]
    assert said == [("the program", "Menu (moved)"), (builder.get_full_name() or builder.username, "Menu (added)")]


def test_only_so_many_revisions_are_kept(line, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 3)
    for number in range(6):
        drafts.add_step(line, name=f"Step {number}", kind="say")
    assert DraftRevision.objects.filter(flow=line).count() == 3
    history.undo(line, by=None)
    assert keys(line)[-1] == "step-4"


def test_a_flow_of_an_earlier_release_can_take_back_its_first_change(line):
    DraftRevision.objects.all().delete()
    before = whole(line)
    drafts.check_out(line.pk, line.revision)
    line.name = "Renamed"
    line.save()
    drafts.touch(line, by=None, what="name")
    history.undo(line, by=None)
    assert Flow.objects.get(pk=line.pk).name == "Main line"
    assert whole(line) == before


def test_two_people_may_work_on_different_steps_at_once(line):
    history.remember(line)
    opened = line.revision
    hello = line.steps.get(key="hello")
    hello.settings = {"text": "Good morning."}
    hello.save()
    drafts.touch(line, by=None, what="Hello")
    assert drafts.check_out(line.pk, opened, "goodbye")
    assert drafts.check_out(line.pk, opened, "")
    with pytest.raises(drafts.Conflict):
        drafts.check_out(line.pk, opened, "hello")


def test_what_a_page_shows_has_changed_when_an_exit_leads_elsewhere(line):
    history.remember(line)
    opened = line.revision
    drafts.connect(line.steps.get(key="hello"), "next", None)
    drafts.move_step(line.steps.get(key="goodbye"), -1)
    assert drafts.check_out(line.pk, opened, "goodbye")
    with pytest.raises(drafts.Conflict):
        drafts.check_out(line.pk, opened, "hello")


def test_recording_is_undone_also_to_a_draft_that_was_kept_before_there_was_any(line):
    drafts.add_step(line, name="Menu", kind="menu")
    kept = DraftRevision.objects.latest("pk")
    line.records_calls, line.recording_notice, line.keeps_transcripts = True, "We record.", False
    line.save()
    drafts.touch(line, by=None, what="recording")
    for row in DraftRevision.objects.filter(pk__lte=kept.pk):
        for name in history.RECORDING:
            row.content["line"].pop(name)
        row.save()
    history.undo(line, by=None)
    line.refresh_from_db()
    assert (line.records_calls, line.recording_notice, line.may_object, line.keeps_transcripts) == (
        False,
        "",
        True,
        True,
    )
