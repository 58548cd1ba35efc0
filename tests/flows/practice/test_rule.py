"""All rules together: on any flow at all, on the demo, and the register they stand in."""

import pytest
from hypothesis import given

from flows import demo, publishing
from flows.portable import applying
from flows.portable.gallery import template, templates
from flows.practice import RULES, Severity, findings
from flows.practice.rule import Found, rule
from tests.builders import RESOURCES, flow_of
from tests.flows import strategies

DESKS = {**RESOURCES, "destination": {key: name for key, (name, _) in demo.DESTINATIONS.items()}}


def demo_flow():
    exits = {
        key: {
            **{
                outcome: (there, label, *words.split(", "))
                for outcome, label, words, there in demo.CHOICES.get(key, [])
            },
            **demo.EXITS.get(key, {}),
        }
        for key in demo.STEPS
    }
    return flow_of(resources=DESKS, **{key: (kind, how, exits[key]) for key, (kind, _, how) in demo.STEPS.items()})


def test_the_demo_keeps_every_rule():
    assert [(f.rule.id, f.step, f.sentence) for f in findings(demo_flow())] == []


@pytest.mark.parametrize("name", [each.name for each in templates()])
def test_every_template_keeps_every_rule(name, db):
    flow = publishing.draft(applying.apply(template(name).file).flow).flow
    assert [(f.rule.id, f.step, f.sentence) for f in findings(flow)] == []


@given(strategies.flows())
def test_no_flow_at_all_makes_a_rule_fail(flow):
    for finding in findings(flow, tested=frozenset()):
        assert finding.sentence.endswith(".")
        assert finding.step in ("", *flow.steps)


@given(strategies.publishable_flows())
def test_findings_name_fields_that_the_step_has(flow):
    for finding in findings(flow):
        step = flow.steps[finding.step]
        exits = {f"exit:{outcome.name}" for outcome in step.outcomes()}
        assert finding.field in {"", "options", *exits} or hasattr(step, finding.field), finding


def test_findings_come_in_the_order_of_the_steps():
    flow = flow_of(
        late=("menu", {"prompt": "For billing, press 1.", "attempts": 1}, {"1": "early", ...: "bye"}),
        early=("menu", {"prompt": "Press 1 for sales.", "attempts": 1}, {"1": "bye", ...: "bye"}),
        bye=("hang_up", "Goodbye."),
    )
    steps = [finding.step for finding in findings(flow)]
    assert steps == sorted(steps, key=["late", "early"].index)
    assert set(steps) == {"late", "early"}


def test_a_fingerprint_changes_with_what_was_found():
    def first(seconds):
        flow = flow_of(menu=("menu", {"prompt": "?", "first_key_seconds": seconds}, {"1": "desk", ...: "desk"}),
                       desk=("voicemail", {}, "bye"), bye=("hang_up", "Goodbye."))  # fmt: skip
        return next(finding for finding in findings(flow) if finding.rule.id == "T01")

    assert first(20.0).fingerprint == first(20.0).fingerprint != first(21.0).fingerprint


def test_every_rule_says_what_it_asks_for_and_why():
    for one in RULES.values():
        assert one.title, one.id
        assert one.why.endswith("."), one.id
        assert one.severity in Severity


def test_an_id_stands_for_one_rule():
    with pytest.raises(ValueError, match="M01"):

        @rule("M01", Severity.HINT, title="Twice", why="No.")
        def twice(flow):
            yield Found(step="", field="", sentence="")


def test_a_flow_of_any_length_is_read():
    says = {f"s{n}": ("say", "Well.", f"s{n + 1}") for n in range(1500)}
    flow = flow_of(**says, s1500=("menu", "Well?", {"1": "bye", ...: "bye"}), bye=("hang_up", "Goodbye."))
    assert {finding.step for finding in findings(flow)} == {"s1500"}
