import json
from datetime import UTC, datetime

import pytest

from flows.engine import commands as do
from flows.engine.asking import MOST_WORDS
from flows.engine.problems import setting_problems
from flows.engine.snapshot import dump, dump_state, load
from flows.steps.ask import MORE_WORDS_SECONDS
from tests.builders import OFFICE, flow_of, step_of
from tests.scripted_call import NO_MODEL, Caller

A_MONDAY = datetime(2026, 7, 6, 23, 30, tzinfo=UTC).timestamp()


def question(wants="text", *, model=NO_MODEL, language="en-US", zone="UTC", began=A_MONDAY, **settings):
    given = {"prompt": "Tell me.", "wants": wants, "answer": "it", **settings}
    made = flow_of(
        ask=("ask", given, {"yes": "sure", "no": "pity", ...: "bye"} if wants == "yes-no" else "bye"),
        sure=("say", "Sure.", "bye"),
        pity=("say", "Pity.", "bye"),
        bye=("hang_up", "Bye."),
        resources={"hours": {"office": OFFICE.__class__(name="Office", zone=zone)}, "destination": {}},
    )
    stored = {**dump(made), "language": language}
    return Caller(load(stored), model=model, began=began)


class TestAnything:
    def test_the_words_are_kept_as_they_are(self):
        call = question().says("  My drill arrived broken, I think. ").waits()
        assert call.state.answers == {"it": "My drill arrived broken, I think."}
        assert call.way == [("ask", "answered")]
        assert call.state.tried == ("Asked “Tell me.”, the caller answered “My drill arrived broken, I think.”.",)

    def test_an_answer_with_a_pause_in_it_is_one_answer(self):
        call = question().says("My drill")
        assert call.last(do.StartTimer).seconds == MORE_WORDS_SECONDS
        call.says("arrived broken.").says("", 0.0)
        assert call.waits().state.answers == {"it": "My drill arrived broken."}

    def test_the_end_key_ends_an_answer_at_once(self):
        assert question().says("My drill").presses("#").state.answers == {"it": "My drill"}

    def test_who_asks_for_a_person_after_all_gets_one(self):
        assert question().says("My drill").says("agent").way == [("ask", "person")]

    def test_an_answer_is_kept_up_to_a_length(self):
        assert len(question().says("word " * 300).waits().state.answers["it"]) <= MOST_WORDS

    def test_no_model_is_asked(self):
        assert question(model=None).says("anything").last(do.Understand) is None

    def test_who_speaks_of_an_agent_is_not_put_through_to_one(self):
        assert question().says("I spoke with an agent yesterday").waits().way == [("ask", "answered")]

    @pytest.mark.parametrize("words", ["agent", "I'd like to talk to an agent, please", "operator!"])
    def test_who_wants_a_person_gets_one(self, words):
        assert question().says(words).way == [("ask", "person")]

    def test_zero_is_a_person_and_other_keys_are_no_answer(self):
        assert question().presses("0").way == [("ask", "person")]
        assert question().presses("5").state.scratch["heard"] == ("pressed 5",)

    def test_a_long_answer_is_read_back_as_far_as_its_beginning(self):
        call = question(read_back=True).says("word " * 60).waits()
        assert call.played[1].endswith("and so on.")
        assert call.says("yes").state.answers["it"] == ("word " * 60).strip()


class TestYesOrNo:
    @pytest.mark.parametrize("yes", [lambda c: c.presses("1"), lambda c: c.says("yeah, sure"), lambda c: c.says("one")])
    def test_yes_has_an_exit(self, yes):
        call = yes(question("yes-no"))
        assert call.way == [("ask", "yes")]
        assert call.state.answers == {"it": "yes"}

    @pytest.mark.parametrize("no", [lambda c: c.presses("2"), lambda c: c.says("no thank you")])
    def test_no_has_an_exit(self, no):
        assert no(question("yes-no")).step == "pity"

    def test_a_model_understands_the_rest(self):
        model = {"why ever not": ("yes", 0.9), "hm, what now": ("perhaps", 0.9)}
        assert question("yes-no", model=model).says("why ever not").step == "sure"
        assert question("yes-no", model=model).says("hm, what now").step == "ask"

    def test_it_is_never_read_back(self):
        assert question("yes-no", read_back=True).presses("1").step == "sure"

    def test_only_this_kind_of_answer_has_these_exits(self):
        names = {wants: {o.name for o in step_of("ask", {"wants": wants}).outcomes()} for wants in ("text", "yes-no")}
        assert names["text"] == {"answered", "person", "no-input", "no-match"}
        assert names["yes-no"] == {"yes", "no", "person", "no-input", "no-match"}


class TestNumber:
    @pytest.mark.parametrize(
        ("answer", "kept"),
        [
            (lambda c: c.says("about twelve hundred"), "1200"),
            (lambda c: c.says("minus five"), "-5"),
            (lambda c: c.presses("42#"), "42"),
            (lambda c: c.presses("007").waits(), "7"),
            (lambda c: c.presses("9*42#"), "42"),
        ],
    )
    def test_it_is_said_or_typed(self, answer, kept):
        assert answer(question("number")).state.answers == {"it": kept}

    @pytest.mark.parametrize(
        ("meant", "kept"), [("2.5", {"it": "2.5"}), ("two", {}), ("1e9", {}), ("9" * 20, {}), ("٢", {})]
    )
    def test_a_model_may_answer_with_a_number_only(self, meant, kept):
        model = {"two and a half": (meant, 0.9)}
        assert question("number", model=model).says("two and a half").state.answers == kept

    def test_zero_alone_is_a_person_where_one_is_offered(self):
        assert question("number").presses("0#").way == [("ask", "person")]
        assert question("number", offer_person=False).presses("0#").state.answers == {"it": "0"}


class TestDate:
    @pytest.mark.parametrize(
        ("answer", "kept"),
        [
            (lambda c: c.says("the third of May"), "2027-05-03"),
            (lambda c: c.says("tomorrow"), "2026-07-07"),
            (lambda c: c.presses("0305#"), "2027-03-05"),
            (lambda c: c.presses("03052028"), "2028-03-05"),
        ],
    )
    def test_it_is_said_or_typed(self, answer, kept):
        assert answer(question("date")).state.answers == {"it": kept}

    def test_the_order_of_figures_is_that_of_the_flows_language(self):
        assert question("date", language="en-GB").presses("0305#").state.answers == {"it": "2027-05-03"}
        assert question("date", language="en-GB").says("3/5").state.answers == {"it": "2027-05-03"}

    def test_today_is_by_the_clock_of_the_chosen_place(self):
        kept = {zone: question("date", hours="office", zone=zone).says("today").state.answers["it"] for zone in ZONES}
        assert kept == ZONES

    def test_a_model_is_told_which_day_it_is(self):
        call = question("date", model=None).says("at Easter")
        assert (call.last(do.Understand).wants, call.last(do.Understand).today) == ("date", "2026-07-06")

    @pytest.mark.parametrize(
        ("meant", "kept"),
        [("2027-03-28", {"it": "2027-03-28"}), ("2027-02-30", {}), ("28 March", {}), ("20270328", {})],
    )
    def test_a_model_may_answer_with_a_day_only(self, meant, kept):
        assert question("date", model={"at Easter": (meant, 0.9)}).says("at Easter").state.answers == kept

    def test_past_days_can_be_meant(self):
        assert question("date", days="past").says("the third of May").state.answers == {"it": "2026-05-03"}

    def test_it_is_read_back_in_words(self):
        assert question("date", read_back=True).says("3 May").played == (
            "I understood",
            "Monday, May 3rd, 2027.",
            "If this is right, press 1 or say yes. If not, press 2 or say no.",
        )
        british = question("date", read_back=True, language="en-GB").says("3 May").played[1]
        assert british == "Monday, the 3rd of May 2027."

    def test_a_date_that_does_not_exist_is_asked_again(self):
        assert question("date").presses("9999#").state.scratch["heard"] == ("typed 9999",)

    @pytest.mark.parametrize("began", [float("nan"), float("inf"), 1e18])
    def test_without_a_clock_days_are_left_to_a_model(self, began):
        assert question("date", began=began, model=None).says("tomorrow").last(do.Understand).today == ""


ZONES = {"America/Los_Angeles": "2026-07-06", "UTC": "2026-07-06", "Asia/Tokyo": "2026-07-07"}


class TestDoNotKeep:
    @pytest.mark.parametrize(("wants", "keys"), [("number", "7391#"), ("date", "07031991"), ("date", "7391#")])
    def test_nothing_of_it_is_kept_told_or_read_back(self, wants, keys):
        call = question(wants, do_not_keep=True, read_back=True).presses(keys)
        kept = json.dumps(dump_state(call.state)) + repr([c for c in call.all_commands if isinstance(c, do.Play)])
        assert not [run for run in ("739", "391", "1991", "0703") if run in kept]
        assert call.state.answers == {}

    def test_speech_is_not_listened_to_and_no_model_is_asked(self):
        call = question("number", do_not_keep=True, model=None)
        assert call.last(do.Listen) is None
        assert call.hears().says("seven three nine one").commands == []

    def test_yes_and_no_still_have_their_exits(self):
        call = question("yes-no", do_not_keep=True).presses("1")
        assert call.way == [("ask", "yes")]
        assert call.state.answers == {}
        assert call.state.tried == ("Asked “Tell me.”, the caller gave an answer.",)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"do_not_keep": True}, "do_not_keep"),
        ({"speech": False}, "speech"),
        ({"answer": "It Is"}, "answer"),
        ({"wants": "colour"}, "wants"),
        ({"sureness": 0.2}, "sureness"),
    ],
)
def test_settings_that_cannot_work_are_problems(settings, field):
    assert field in {problem.field for problem in setting_problems(step_of("ask", {"prompt": "Tell me.", **settings}))}


def test_the_usual_settings_are_none():
    assert list(setting_problems(step_of("ask", "Tell me."))) == []
