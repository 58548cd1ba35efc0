"""Test calls and waivers in a flow's file."""

import pytest

from flows import linting, publishing
from flows.models import TestCall
from flows.portable import attached
from flows.portable.describing import CallFile, WaiverFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(menu):
    """The error that stops this flow: its menu leads nobody to a person. Its waiver is taken away."""
    menu.flow.waivers.all().delete()
    flow = publishing.draft(menu.flow).flow
    return next(one for one in linting.lint(menu.flow, flow) if one.blocks)


def test_test_calls_are_written_whole_and_keep_their_rows(line, builder):
    attached.write_tests(
        line, [CallFile(name="One", lines="ends"), CallFile(name="Two", lines="ends", plays="hostile")], by=builder
    )
    first = TestCall.objects.get(name="One")
    attached.write_tests(line, [CallFile(name="One", lines="hears speech")], by=builder)
    kept = TestCall.objects.get()
    assert (kept.pk, kept.lines, kept.changed_by) == (first.pk, "hears speech", builder)
    assert attached.tests_of(line) == (CallFile(name="One", lines="hears speech"),)


def test_a_publishers_file_lets_pass_what_it_names(stopped, menu, publisher):
    named = WaiverFile(rule=stopped.rule, step=stopped.step_name, reason="A trial.")
    keys = {step.name: step.key for step in menu.flow.steps.all()}
    assert attached.write_waivers(menu.flow, [named], keys, by=publisher) == []
    assert not linting.refused(menu.flow, publishing.draft(menu.flow).flow)
    names = {step.key: step.name for step in menu.flow.steps.all()}
    assert attached.waivers_of(menu.flow, names)[0] == named


def test_whoever_may_not_publish_lets_nothing_pass_and_is_told(stopped, menu, builder):
    named = WaiverFile(rule=stopped.rule, step=stopped.step_name, reason="A trial.")
    said = attached.write_waivers(menu.flow, [named], {}, by=builder)
    assert said == ["Only a publisher may let a rule pass, so the waivers of the file are left out."]
    assert not menu.flow.waivers.exists()
