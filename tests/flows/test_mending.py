"""What a rule offers is done to the draft, whatever sort of change it is."""

import pytest

from flows import drafts, linting, mending, publishing
from flows.models import Exit, Flow
from tests.flows.test_linting import lonely

__all__ = ["lonely"]


def press(line, rule):
    found = linting.lint(line, publishing.draft(line).flow)
    finding = next(one for one in found if one.rule == rule).fingerprint
    line.refresh_from_db()
    return mending.mend(line.pk, finding, line.revision, by=None)


def left(line):
    return {one.rule for one in linting.lint(line, publishing.draft(line).flow)}


def test_a_way_to_a_person_is_added_with_its_exit(line, menu, desk):
    people = drafts.add_step(line, name="People", kind="transfer")
    drafts.change_step(people, {"destination": desk.key})
    bye = line.steps.get(key="goodbye")
    drafts.write_exits(people, [], dict.fromkeys(("busy", "no-answer", "failed"), bye))
    drafts.change_step(menu, {"offer_person": False}, leads={"no-match": "people"})
    assert press(line, "M04") == "Add “For a person, press 0.”, which leads to “People”"
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1. For a person, press 0."
    assert Exit.objects.get(step=menu, outcome="person").goes_to == people
    assert Exit.objects.get(step=menu, outcome="1").phrases == "billing, my bill"
    assert "M04" not in left(line)


def test_choices_are_put_in_order_and_keep_where_they_lead(line, menu):
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    rows = [Exit(outcome="2", label="Sales", phrases="buy", goes_to=hello), Exit(outcome="1", label="Billing")]
    rows[1].goes_to = bye
    drafts.write_exits(menu, rows, {})
    drafts.change_step(menu, {"prompt": "Billing, or sales?"})
    press(line, "M08")
    found = [(row.outcome, row.label, row.phrases, row.goes_to.key) for row in drafts.option_rows(menu)]
    assert found == [("1", "Billing", "", "goodbye"), ("2", "Sales", "buy", "hello")]


def test_the_line_itself_is_mended_too(line):
    hello = line.steps.get(key="hello")
    helper = drafts.add_step(line, name="Helper", kind="agent")
    drafts.change_step(helper, {"greeting": "Hi, this is Ann."})
    drafts.write_exits(helper, [], {o.name: hello for o in drafts.outcomes_of(helper)})
    drafts.connect(hello, "next", helper)
    Flow.objects.filter(pk=line.pk).update(discloses_ai=False)
    line.refresh_from_db()
    press(line, "O04")
    line.refresh_from_db()
    assert line.discloses_ai


def test_a_change_is_done_once(line, lonely):
    finding = next(one for one in linting.lint(line, publishing.draft(line).flow) if one.rule == "M07").fingerprint
    press(line, "M07")
    with pytest.raises(mending.Gone):
        mending.mend(line.pk, finding, Flow.objects.get(pk=line.pk).revision, by=None)
