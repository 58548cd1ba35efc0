"""Rules about keys, speech, interruptions and confirming."""

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

TAPE, BYE = ("voicemail", {}, "bye"), ("hang_up", "Goodbye.")


def ask(prompt, wants="text", **settings):
    return flow_of(ask=("ask", {"prompt": prompt, "wants": wants, **settings}, "tape"), tape=TAPE, bye=BYE)


def test_a_number_is_asked_for_where_it_can_be_typed():
    assert said_by("K01", ask("Please say your account number.")) == [("ask", "prompt", "error")]
    assert said_by("K01", ask("Please enter your account number.", wants="number")) == []
    assert said_by("K01", ask("Why do you call? Have your account number ready.")) == []


def test_press_or_say_is_left_out():
    assert said_by("K02", ask("Are you a customer? Press or say 1.", wants="yes-no")) == [("ask", "prompt", "warning")]
    assert said_by("K02", ask("Are you a customer? Press 1, or just say it.", wants="yes-no")) == []


def test_only_a_short_notice_is_heard_out():
    def said(text, **settings):
        return flow_of(hello=("say", {"text": text, **settings}, "bye"), bye=BYE)

    assert said_by("K04", said("Welcome to us. " * 12, barge_in=False)) == [("hello", "barge_in", "warning")]
    assert said_by("K04", said("This call is recorded.", barge_in=False)) == said_by("K04", said("Hello. " * 40)) == []


def test_what_is_costly_is_read_back():
    assert said_by("K06", ask("When shall your appointment be?", "date")) == [("ask", "read_back", "error")]
    assert said_by("K06", ask("When shall your appointment be?", "date", read_back=True)) == []
    assert said_by("K06", ask("When did you buy it?", "date")) == []
    assert said_by("K06", ask("Do you have an appointment?", "yes-no")) == []


def test_reading_everything_back_is_tiresome():
    def asked(*read_back):
        named = {f"q{n}": ("collect_digits", {"prompt": "?", "answer": f"a{n}", "read_back": back}, f"q{n + 1}")
                 for n, back in enumerate(read_back)}  # fmt: skip
        return flow_of(**named, **{f"q{len(read_back)}": TAPE}, bye=BYE)

    assert said_by("K06", asked(True, True, True)) == [("q0", "read_back", "warning")]
    assert said_by("K06", asked(True, True, False)) == said_by("K06", asked(True, True)) == []


def test_an_answer_is_asked_for_once():
    def twice(second):
        one = ("collect_digits", {"prompt": "?", "answer": "account"}, "two")
        two = ("collect_digits", {"prompt": "?", "answer": second}, "tape")
        return flow_of(one=one, two=two, tape=TAPE, bye=BYE)

    assert said_by("K07", twice("account")) == [("one", "answer", "hint")]
    assert said_by("K07", twice("order")) == []


def test_the_line_knows_the_number_of_its_caller():
    assert said_by("K07", ask("What is your phone number?", "number")) == [("ask", "prompt", "hint")]
    assert said_by("K07", ask("What is your order number?", "number")) == []
