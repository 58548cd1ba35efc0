import json

import pytest

from flows.engine import commands as do
from flows.engine.problems import setting_problems
from flows.engine.snapshot import dump_state
from tests.builders import flow_of, step_of
from tests.scripted_call import Caller

CARD = "4539578763621486"


def question(**settings):
    given = {"prompt": "Your number?", "fewest": 4, "most": 6, "answer": "case", **settings}
    return Caller(flow_of(ask=("collect_digits", given, "bye"), bye=("hang_up", "Bye.")))


def fixed(**settings):
    return question(fewest=4, most=4, **settings)


def test_a_number_of_fixed_length_is_done_with_its_last_digit():
    call = fixed().presses("4027")
    assert call.way == [("ask", "ok")]
    assert call.state.answers == {"case": "4027"}
    assert call.state.tried == ("Asked “Your number?”, the caller entered 4027.",)


@pytest.mark.parametrize("end", [lambda c: c.presses("#"), lambda c: c.waits()])
def test_a_number_of_variable_length_ends_by_its_key_or_by_a_wait(end):
    assert end(question().presses("40271")).state.answers == {"case": "40271"}


def test_a_number_of_variable_length_ends_at_its_most():
    assert question().presses("402711").state.answers == {"case": "402711"}


def test_digits_typed_ahead_count():
    flow = flow_of(
        hello=("say", {"text": "Welcome.", "barge_in": False}, "ask"),
        ask=("collect_digits", {"prompt": "Number?", "fewest": 4, "most": 4}, "bye"),
        bye=("hang_up", "Bye."),
    )
    assert Caller(flow).presses("4027").hears().state.answers == {"number": "4027"}


def test_the_star_key_starts_over():
    assert fixed().presses("99*4027").state.answers == {"case": "4027"}


def test_too_few_digits_say_so():
    assert question().presses("40#").played == ("That number is too short.", "Your number?")


def test_three_wrong_numbers_leave_by_no_match_and_tell_what_was_entered():
    call = fixed(mask="4###").presses("1111").presses("2222").presses("3333").hears()
    assert call.way == [("ask", "no-match")]
    told = "Asked “Your number?”, the caller entered 1111, then entered 2222, then entered 3333."
    assert call.state.tried == (told,)
    assert call.state.answers == {}


@pytest.mark.parametrize(
    ("settings", "right", "wrong"),
    [
        ({"mask": "04##"}, "0427", "1427"),
        ({"mask": "04*"}, "0427", "4027"),
        ({"check": "luhn", "fewest": 16, "most": 16}, CARD, CARD[:-1] + "7"),
        ({"lowest": 1000, "highest": 2000}, "1000", "0999"),
        ({"lowest": 1000, "highest": 2000}, "2000", "2001"),
        ({"lowest": 0, "highest": 0}, "0000", "0001"),
    ],
)
def test_a_check_passes_the_right_number_and_refuses_the_wrong_one(settings, right, wrong):
    assert fixed_or(settings).presses(right).way == [("ask", "ok")]
    refused = fixed_or(settings).presses(wrong)
    assert refused.played == ("Sorry, that number does not seem right.", "Your number?")


def fixed_or(settings):
    return question(**{"fewest": 4, "most": 4, **settings})


def test_zero_alone_asks_for_a_person():
    assert question().presses("0#").way == [("ask", "person")]


def test_zero_is_a_number_where_one_digit_is_enough():
    assert question(fewest=1).presses("0#").state.answers == {"case": "0"}


class TestSpeech:
    def test_digits_can_be_said(self):
        assert fixed().says("four oh two seven").state.answers == {"case": "4027"}

    def test_digits_said_one_by_one_gather(self):
        call = fixed()
        for word in ("four", "oh", "two", "seven"):
            call.says(word)
        assert call.state.answers == {"case": "4027"}

    def test_a_pause_ends_a_spoken_number(self):
        assert question().says("four oh two seven one").waits().state.answers == {"case": "40271"}

    def test_more_digits_than_a_number_has_are_wrong(self):
        assert fixed().says("four oh two seven one").played[0] == "Sorry, that number does not seem right."

    @pytest.mark.parametrize("words", ["my cat", "four or five", "star"])
    def test_other_words_are_wrong(self, words):
        assert fixed().says(words).state.scratch["heard"] == (f"said “{words}”",)

    @pytest.mark.parametrize("words", ["four double oh two", "forty zero two", "four thousand and two", "4 0 oh two"])
    def test_digits_can_be_said_in_pairs_and_as_an_amount(self, words):
        assert fixed().says(words).state.answers == {"case": "4002"}

    def test_what_a_model_makes_of_the_words_is_checked_like_keys(self):
        call = question(read_back=True, mask="40##", fewest=4, most=4)
        call.model = {"it starts with forty then twenty seven": ("4027", 0.9), "or else fifty": ("5027", 0.9)}
        assert call.says("or else fifty").played[0] == "Sorry, that number does not seem right."
        assert call.says("it starts with forty then twenty seven").played[0] == "I have"

    @pytest.mark.parametrize("meant", ["40x7", "", "-4027", "4" * 21])
    def test_a_model_that_does_not_answer_in_digits_is_wrong(self, meant):
        call = question()
        call.model = {"my cat": (meant, 1.0)}
        assert call.says("my cat").state.scratch["heard"] == ("said “my cat”",)

    def test_words_of_little_confidence_are_wrong(self):
        assert fixed().says("four oh two seven", 0.2).state.answers == {}


class TestReadBack:
    def confirming(self, **settings):
        return fixed(read_back=True, **settings).presses("4027")

    def test_the_number_is_read_back_digit_by_digit(self):
        assert self.confirming().played == (
            "I have",
            "four",
            "zero",
            "two",
            "seven,",
            "If this is right, press 1. To enter it again, press 2.",
        )

    def test_every_word_of_it_is_rendered_at_publishing(self):
        call = self.confirming()
        assert set(call.played) <= set(call.flow.steps["ask"].prompts())

    @pytest.mark.parametrize("yes", [lambda c: c.presses("1"), lambda c: c.says("yes"), lambda c: c.says("one")])
    def test_yes_keeps_it(self, yes):
        assert yes(self.confirming()).state.answers == {"case": "4027"}

    @pytest.mark.parametrize("no", [lambda c: c.presses("2"), lambda c: c.says("no, that's wrong")])
    def test_no_asks_for_the_number_again(self, no):
        call = no(self.confirming())
        assert call.played == ("Your number?",)
        assert call.presses("4028").presses("1").state.answers == {"case": "4028"}
        assert "entered 4027, which was not right" in call.state.tried[0]

    def test_any_other_answer_reads_it_again_until_the_attempts_are_over(self):
        call = self.confirming().presses("9")
        assert call.played[0] == "I have"
        call.is_silent()
        assert call.played[0] == "I have"
        assert call.is_silent().hears().way == [("ask", "no-input")]

    def test_the_end_key_after_the_last_digit_is_no_answer(self):
        assert self.confirming().presses("#").commands == []

    def test_not_right_is_not_taken_for_right(self):
        assert self.confirming().says("that's not right").played == ("Your number?",)

    def test_a_person_is_still_one_word_away(self):
        assert self.confirming().says("agent").way == [("ask", "person")]


class TestDoNotKeep:
    def secret(self, **settings):
        return fixed(do_not_keep=True, **settings)

    def test_the_step_calls_itself_secret(self):
        assert self.secret().flow.steps["ask"].is_secret

    @pytest.mark.parametrize("keys", ["7391", "73#", "739*7391", "7391#"])
    def test_no_digit_is_kept_said_or_told(self, keys):
        call = self.secret(read_back=True, mask="7###").presses(keys)
        kept = json.dumps(dump_state(call.state)) + repr(
            [c for c in call.all_commands if not isinstance(c, do.StartTimer)]
        )
        assert "73" not in kept
        assert call.state.answers == {}

    def test_it_is_never_read_back(self):
        assert self.secret(read_back=True).presses("7391").way == [("ask", "ok")]
        assert "four" not in set(self.secret(read_back=True).flow.steps["ask"].prompts())

    def test_speech_is_not_even_listened_to(self):
        call = self.secret()
        assert call.last(do.Listen) is None
        assert call.says("seven three nine one").commands == []

    def test_wrong_numbers_are_told_without_their_digits(self):
        call = self.secret(mask="4###", attempts=1).presses("7391").hears()
        assert call.state.tried == ("Asked “Your number?”, the caller entered a number that did not fit.",)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"fewest": 8, "most": 6}, "most"),
        ({"fewest": 4, "most": 6, "terminator": ""}, "terminator"),
        ({"lowest": 9, "highest": 3}, "highest"),
        ({"answer": "Case Number"}, "answer"),
        ({"answer": ""}, "answer"),
        ({"mask": "[0-9]+"}, "mask"),
        ({"mask": "#######", "most": 6}, "mask"),
        ({"mask": "##", "fewest": 4, "most": 6}, "mask"),
        ({"check": "verhoeff"}, "check"),
        ({"most": 99}, "most"),
    ],
)
def test_settings_that_cannot_work_are_problems(settings, field):
    step = step_of("collect_digits", {"prompt": "Your number?", **settings})
    assert field in {problem.field for problem in setting_problems(step)}


@pytest.mark.parametrize(
    "settings", [{}, {"mask": "04*", "fewest": 4, "most": 6}, {"fewest": 6, "most": 6, "terminator": ""}]
)
def test_settings_that_work_are_none(settings):
    assert list(setting_problems(step_of("collect_digits", {"prompt": "Your number?", **settings}))) == []
