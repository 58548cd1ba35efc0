import pytest

from flows.engine import commands as do
from flows.engine.problems import setting_problems
from flows.engine.step import Option
from tests.builders import flow_of, step_of
from tests.scripted_call import NO_MODEL, Caller

PROMPT = "For billing, press 1. For support, press 2."


def menu(exits=None, *, model=NO_MODEL, **settings):
    exits = exits or {"1": ("billing", "Billing", "my bill"), "2": ("support", "Technical support")}
    flow = flow_of(
        menu=("menu", {"prompt": PROMPT, **settings}, {...: "bye", **exits}),
        billing=("say", "Billing.", "bye"),
        support=("say", "Support.", "bye"),
        early=("say", "Early.", "bye"),
        bye=("hang_up", "Bye."),
    )
    return Caller(flow, model=model)


@pytest.mark.parametrize("choose", [lambda c: c.presses("1"), lambda c: c.hears().presses("1")])
def test_a_key_leads_to_its_step_before_and_after_the_prompt(choose):
    assert choose(menu()).played == ("Billing.",)


@pytest.mark.parametrize("words", ["Billing", "about my bill please", "one", "press one"])
def test_a_label_a_phrase_and_a_spoken_key_lead_to_the_same_step(words):
    assert menu().says(words).step == "billing"


def test_words_of_little_confidence_are_asked_again_and_not_guessed():
    call = menu().says("billing", 0.3)
    assert call.step == "menu"
    assert call.played == ("Sorry, I did not get that.", PROMPT)


def test_zero_reaches_a_person_when_one_is_offered():
    assert menu().presses("0").way == [("menu", "person")]
    assert menu().presses("0").state.tried == (f"Asked “{PROMPT}”, the caller asked for a person.",)


def test_an_option_that_owns_zero_keeps_it_and_the_word_still_reaches_a_person():
    exits = {"0": ("support", "Reception")}
    assert menu(exits).presses("0").step == "support"
    assert menu(exits).says("operator").way == [("menu", "person")]


def test_an_option_that_owns_the_word_agent_keeps_it():
    exits = {"1": ("billing", "Travel", "agent")}
    assert menu(exits).says("agent").step == "billing"
    assert menu(exits).says("operator").way == [("menu", "person")]


def test_zero_is_a_wrong_key_when_no_person_is_offered():
    assert menu(offer_person=False).presses("0").played == ("Sorry, I did not get that.", PROMPT)


def test_three_misfits_have_three_texts_and_one_exit():
    call = menu().presses("9")
    assert call.played == ("Sorry, I did not get that.", PROMPT)
    call.says("banana")
    assert call.played == ("I still did not get that. Please use the keys of your phone.", PROMPT)
    call.presses("8")
    assert call.played == ("Sorry, I could not understand you.",)
    assert call.hears().way == [("menu", "no-match")]
    told = f"Asked “{PROMPT}”, the caller pressed 9, then said “banana”, then pressed 8."
    assert call.state.tried == (told,)


def test_silences_and_misfits_count_together_and_the_last_one_decides():
    call = menu().presses("9").is_silent()
    assert call.played[0] == "I still did not hear anything. You can press a key, or say what you need."
    assert call.presses("9").hears().way == [("menu", "no-match")]


def test_a_right_key_during_the_closing_text_still_counts():
    call = menu(attempts=1).presses("9").presses("1")
    assert call.step == "billing"


@pytest.mark.parametrize(
    ("outcome", "fail"),
    [
        ("no-input-1", lambda c: c.is_silent()),
        ("no-input-2", lambda c: c.is_silent().is_silent()),
        ("no-match-1", lambda c: c.presses("9")),
        ("no-match-2", lambda c: c.presses("9").presses("9")),
    ],
)
def test_an_early_exit_is_taken_when_it_leads_somewhere(outcome, fail):
    call = fail(menu({"1": "billing", outcome: "early"}))
    assert call.way == [("menu", outcome)]
    assert call.last(do.StopListening)
    assert len(call.state.tried) == 1


def test_an_early_exit_left_open_asks_again_and_goes_on_listening():
    call = menu({"1": "billing", "no-input-1": None}).is_silent()
    assert call.step == "menu"
    assert call.last(do.StopListening) is None
    assert call.state.tried == ()


def test_early_exits_exist_only_for_attempts_that_are_not_the_last():
    names = {attempts: {o.name for o in step_of("menu", {"attempts": attempts}).outcomes()} for attempts in (1, 2, 3)}
    assert names[1] == {"person", "no-input", "no-match"}
    assert names[2] == names[1] | {"no-input-1", "no-match-1"}
    assert names[3] == names[2] | {"no-input-2", "no-match-2"}


class TestUnderstoodByAModel:
    complaint = "the amount is not what you promised"

    def test_words_that_are_nearly_a_choice_need_no_model(self):
        call = menu(model=None).says("I'd like to talk to biling please")
        assert call.step == "billing"
        assert call.state.tried == (f"Asked “{PROMPT}”, the caller chose “Billing”.",)

    def test_the_model_is_told_the_question_and_every_choice(self):
        asked = menu(model=None).says(self.complaint).last(do.Understand)
        assert (asked.asked, asked.said, asked.wants, asked.floor) == (PROMPT, self.complaint, "choice", 0.7)
        assert [(c.name, c.label, c.phrases) for c in asked.choices[:2]] == [
            ("1", "Billing", ("my bill",)),
            ("2", "Technical support", ()),
        ]
        assert asked.choices[2].name == "person"

    def test_no_person_is_among_the_choices_when_none_is_offered(self):
        asked = menu(model=None, offer_person=False).says(self.complaint).last(do.Understand)
        assert [choice.name for choice in asked.choices] == ["1", "2"]

    def test_what_was_said_and_understood_is_told_on(self):
        call = menu(model={self.complaint: ("1", 0.9)}).says(self.complaint)
        assert call.step == "billing"
        assert call.state.tried == (f"Asked “{PROMPT}”, the caller said “{self.complaint}”, understood as Billing.",)

    def test_a_person_can_be_understood(self):
        call = menu(model={"anybody alive in there": ("person", 0.9)}).says("anybody alive in there")
        assert call.way == [("menu", "person")]

    @pytest.mark.parametrize("answer", [("1", 0.6), ("billing", 0.9), ("no-match", 1.0), ("no-input", 1.0), ("", 1.0)])
    def test_doubt_is_no_match_and_an_end_that_is_no_choice_cannot_be_chosen(self, answer):
        call = menu(model={self.complaint: answer}).says(self.complaint)
        assert call.played == ("Sorry, I did not get that.", PROMPT)
        assert call.way == []

    def test_the_second_misfit_leads_to_an_agent_that_knows_what_was_said(self):
        flow = flow_of(
            menu=("menu", PROMPT, {"1": ("bye", "Billing"), "no-match-2": "helper", ...: "bye"}),
            helper=("agent", {"greeting": "How can I help?"}, "bye"),
            bye=("hang_up", "Bye."),
        )
        call = Caller(flow, model={"half sure": ("1", 0.5)}).says("half sure").says("my drill is broken")
        assert call.step == "helper"
        told = f"Asked “{PROMPT}”, the caller said “half sure”, then said “my drill is broken”."
        assert call.last(do.StartAgent).tried == (told,)

    def test_a_right_key_pressed_meanwhile_is_taken_at_once(self):
        call = menu(model=None).says(self.complaint).presses("2")
        assert call.step == "support"
        assert call.model_answers("1").step == "support"


class TestLongerKeys:
    exits = {"2": "support", "204": ("billing", "Doctor Lee"), "31": "early"}

    def test_keys_that_fit_only_one_option_leave_at_once(self):
        assert menu(self.exits).presses("204").step == "billing"
        assert menu(self.exits).presses("31").step == "early"

    def test_a_key_that_may_become_longer_waits_for_the_next(self):
        call = menu(self.exits).presses("2")
        assert call.last(do.StartTimer).seconds == 3.0
        assert call.waits().step == "support"

    def test_the_end_key_chooses_what_was_typed(self):
        assert menu(self.exits).presses("2#").step == "support"

    def test_another_end_key_can_be_chosen(self):
        assert menu(self.exits, terminator="*").presses("2*").step == "support"

    def test_a_wrong_extension_is_heard_out_and_costs_one_attempt(self):
        call = menu(self.exits).presses("999")
        assert call.played == ("Sorry, I did not get that.", PROMPT)
        assert call.state.scratch["attempt"] == 2
        assert call.state.scratch["heard"] == ("pressed 999",)

    def test_half_an_extension_is_no_match(self):
        assert menu(self.exits).presses("20").waits().state.scratch["heard"] == ("pressed 20",)

    def test_an_extension_can_be_said(self):
        assert menu(self.exits).says("two oh four").step == "billing"

    def test_who_has_begun_to_type_is_not_listened_to(self):
        assert menu(self.exits).presses("2").says("my bill").commands == []

    def test_zero_waits_when_it_may_become_an_extension(self):
        call = menu({"01": "billing"}).presses("0")
        assert call.step == "menu"
        assert call.waits().way == [("menu", "person")]


def test_star_and_pound_can_be_options():
    exits = {"*": ("early", "Repeat"), "#": ("billing", "Billing")}
    assert menu(exits).presses("*").step == "early"
    assert menu(exits).presses("#").step == "billing"
    assert menu(exits).says("pound").step == "billing"


def test_everything_that_can_be_said_is_announced_to_the_recogniser():
    phrases = menu().last(do.Listen).phrases
    assert {"Billing", "my bill", "Technical support", "one", "two", "zero", "agent", "representative"} <= set(phrases)


def test_what_the_caller_chose_is_told_on():
    told = f"Asked “{PROMPT}”, the caller gave no answer, then chose “Billing”."
    assert menu().is_silent().presses("1").state.tried == (told,)


def problem_fields(*options, **settings):
    return {p.field: p.sentence for p in setting_problems(step_of("menu", {"prompt": PROMPT, **settings}, *options))}


def test_a_whole_menu_has_no_problem():
    assert problem_fields(Option(outcome="1", label="Billing"), Option(outcome="2", label="Support")) == {}


def test_a_menu_without_choices_is_a_problem():
    assert "options" in problem_fields()


@pytest.mark.parametrize("key", ["billing", "12345", "A", "1 2", "", "１"])  # noqa: RUF001
def test_a_choice_needs_a_key_that_can_be_pressed(key):
    assert f"exit:{key}" in problem_fields(Option(outcome=key, label="Billing"))


def test_a_key_can_be_offered_once():
    twice = problem_fields(Option(outcome="1", label="Billing"), Option(outcome="1", label="Support"))
    assert twice["exit:1"] == "“1” is offered 2 times. Keep one of them."


def test_a_choice_needs_a_name():
    assert "exit:1" in problem_fields(Option(outcome="1", label=" "))


def test_two_choices_cannot_answer_to_the_same_words():
    found = problem_fields(
        Option(outcome="1", label="Billing"), Option(outcome="2", label="Pay", phrases=("BILLING!",))
    )
    assert set(found) == {"exit:1", "exit:2"}


def test_one_choice_may_repeat_its_own_words():
    assert problem_fields(Option(outcome="1", label="Billing", phrases=("billing", "Billing"))) == {}
