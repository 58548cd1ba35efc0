"""A change is offered only where it settles its finding and breaks nothing in this flow."""

from hypothesis import given

from flows.engine.problems import problems
from flows.engine.snapshot import dump, load
from flows.engine.step import Option
from flows.practice import findings
from flows.practice.proving import Prover, mended
from flows.practice.rule import Mend
from tests.builders import flow_of
from tests.flows import strategies


@given(strategies.publishable_flows() | strategies.flows())
def test_no_safe_change_makes_a_problem_in_any_flow(flow):
    known = set(problems(flow))
    for finding in findings(flow):
        if finding.mend and Prover(flow).offer(finding):
            after = mended(flow, finding.step, finding.mend)
            assert {problem for problem in problems(after) if problem.step == finding.step} <= known, finding


def test_a_number_that_others_say_is_not_made_a_secret():
    asked = ("collect_digits", {"prompt": "Your PIN?", "answer": "pin"}, {"ok": "told", ...: "bye"})
    flow = flow_of(ask=asked, told=("say", "You typed [pin].", "bye"), bye=("hang_up", "Goodbye."))
    finding = next(one for one in findings(flow) if one.rule.id == "L05")
    assert finding.mend is not None
    assert not Prover(flow).offer(finding)


def test_choices_keep_where_they_lead_when_their_order_changes():
    flow = flow_of(ask=("menu", "Well?", {"2": "bye", "1": "ask", ...: "bye"}), bye=("hang_up", "Goodbye."))
    one, two = (Option(outcome=key, label=key) for key in "12")
    after = mended(flow, "ask", Mend(label="Turn", options=(one, two), leads={"no-match": "ask"}))
    assert [option.outcome for option in after.steps["ask"].options] == ["1", "2"]
    leads = {outcome: row.goes_to for (_, outcome), row in after.exits.items()}
    assert (leads["1"], leads["2"], leads["no-match"]) == ("ask", "bye", "ask")


def test_the_changed_flow_speaks_all_its_languages():
    flow = load({**dump(flow_of(bye=("hang_up", "Bye."))), "languages": [{"language": "es-ES", "voice": ""}]})
    after = mended(flow, "bye", Mend(label="Say less", settings={"text": "Ciao."}))
    assert [each.code for each in after.languages] == ["es-ES"]
    assert after.steps["bye"].text == "Ciao."
