"""Lines that anyone can write, read and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.testcalls import acts as a
from flows.testcalls.acts import Calls
from flows.testcalls.language import MOST_LINES, Unreadable, parse, plain_quotes, write


def acts(text):
    return [line.act for line in parse(text)]


@pytest.mark.parametrize(
    ("line", "act"),
    [
        (
            "calls on 25 December 2026 at 18:05 from +34911234567",
            Calls(day="25 December 2026", clock="18:05", caller="+34911234567"),
        ),
        ("calls on Monday at 9:30", Calls(day="Monday", clock="09:30")),
        ("The caller calls on December 25", Calls(day="25 December")),
        ("calls on 2026-12-25", Calls(day="25 December 2026")),
        ("calls from +34 911 234 567", Calls(caller="+34911234567")),
        ("caller presses 2", a.Presses("2")),
        ("presses 123456#", a.Presses("123456#")),
        ("Caller presses 1 2 3", a.Presses("123")),
        ('caller says "billing"', a.Says("billing")),
        ("says “my bill, please”", a.Says("my bill, please")),
        ("caller says billing", a.Says("billing")),
        ("caller says nothing", a.SaysNothing()),
        ("caller waits 4 seconds", a.Waits(4)),
        ("waits 1.5 s", a.Waits(1.5)),
        ("caller hangs up", a.HangsUp()),
        ("hears billing", a.Hears("billing")),
        ("goes to “Sales”", a.GoesTo("Sales")),
        ("ends at Sales", a.EndsAt("Sales")),
        ("ends", a.Ends()),
        ('ends "the flow ended the call"', a.Ends("the flow ended the call")),
        ('"Support desk" is busy', a.Desk("Support desk", "busy")),
        ('"Support desk" doesn’t answer', a.Desk("Support desk", "no-answer")),
        ('"Support desk" answers', a.Desk("Support desk", "completed")),
        ('"Support desk" cannot be reached', a.Desk("Support desk", "failed")),
        ('AI ends with "Could not help"', a.AIEnds("Could not help")),
        ('the assistant says "Hello"', a.AISays("Hello")),
        ('AI puts through to "Sales desk"', a.AIPutsThrough("Sales desk")),
        ("AI fails", a.AIFails()),
        ('AI looks up "Orders" with order = 4711', a.AILooksUp("Orders", (("order", "4711"),))),
        (
            'lookup "Orders" finds status = shipped, day = Tuesday',
            a.Finds("Orders", (("status", "shipped"), ("day", "Tuesday"))),
        ),
        ('lookup "Orders" fails', a.LookupFails("Orders")),
        ('lookup "Orders" finds nothing', a.FindsNothing("Orders")),
        ("calls from a caller who called 3 times before", Calls(earlier=3)),
        ("calls on Monday from +1 415 5550123 who called once before", Calls("Monday", "", "+14155550123", 1)),
        ('"my parcel" means "Shipping"', a.Means("my parcel", "Shipping")),
        ("message of 12 seconds", a.Leaves(12)),
        ("text messages are refused", a.TextsRefused()),
    ],
)
def test_a_line_means_what_it_says(line, act):
    assert acts(line) == [act]


def test_comments_and_empty_lines_mean_nothing_and_keep_the_numbers():
    lines = parse('# Billing\n\ncaller presses 1  # the first choice\nhears "a # b"\n')
    assert [(line.number, line.act) for line in lines] == [(3, a.Presses("1")), (4, a.Hears("a # b"))]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("caller dances", "is no line of a test call. Write one such as: caller presses 2"),
        ("calls on 31 February", "“31 February” is no day."),
        ("calls on Monday at 25:00", "“25:00” is no time. Write one such as 18:05."),
        ("caller waits 9999999 seconds", "Nobody waits longer than 3600 seconds."),
        ("message of " + "9" * 350 + " seconds", "No message is longer than 3600 seconds."),
        ('goes to ""', "Say which: there is nothing between the quotation marks."),
        ('hears "' + "a" * 500 + '"', "A line has at most 400 characters."),
    ],
)
def test_a_line_that_means_nothing_is_told_with_its_number_and_what_to_write(line, sentence):
    with pytest.raises(Unreadable) as error:
        parse(f"# first\n{line}")
    assert error.value.errors[0][0] == 2
    assert sentence in error.value.errors[0][1]
    assert str(error.value).startswith("Line 2: ")


def test_every_line_that_cannot_be_read_is_told_at_once():
    with pytest.raises(Unreadable) as error:
        parse("caller dances\ncaller presses 1\ncaller sings\ncalls on Monday")
    assert [number for number, _ in error.value.errors] == [1, 3, 4]
    assert "Write this line first" in error.value.errors[2][1]


def test_a_test_has_so_many_lines_and_no_more():
    with pytest.raises(Unreadable, match="at most 200 lines"):
        parse("caller presses 1\n" * (MOST_LINES + 1))


TEXT = (
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
    .map(plain_quotes)
    .filter(bool)
)
WORD = st.text("abcdefghijklmnop ", min_size=1, max_size=12).map(lambda word: " ".join(word.split())).filter(bool)
PAIRS = st.lists(st.tuples(WORD, WORD), min_size=1, max_size=3).map(tuple)
AN_ACT = st.one_of(
    st.builds(a.Presses, st.text("0123456789*#", min_size=1, max_size=12)),
    *(st.builds(kind, TEXT) for kind in (a.Says, a.Hears, a.GoesTo, a.EndsAt, a.AISays, a.AIEnds, a.AIPutsThrough)),
    *(st.just(kind()) for kind in (a.SaysNothing, a.HangsUp, a.AIFails, a.TextsRefused)),
    st.builds(a.Waits, st.integers(0, 3600).map(float)),
    st.builds(a.Leaves, st.integers(0, 3600)),
    st.builds(a.Ends, TEXT | st.just("")),
    st.builds(a.Desk, TEXT, st.sampled_from(["busy", "no-answer", "completed", "failed"])),
    st.builds(a.Means, TEXT, TEXT),
    st.builds(a.Finds, TEXT, PAIRS),
    st.builds(a.FindsNothing, TEXT),
    st.builds(a.LookupFails, TEXT),
    st.builds(a.AILooksUp, TEXT, PAIRS | st.just(())),
)
CALLS = st.builds(
    Calls,
    day=st.sampled_from(["Sunday", "25 December", "29 February", "1 May 2027"]),
    clock=st.sampled_from(["", "00:00", "18:05"]),
    caller=st.sampled_from(["", "+34911234567", "100"]),
    earlier=st.sampled_from([0, 1, 3]),
)


@given(st.lists(AN_ACT, max_size=8), st.none() | CALLS)
def test_what_is_written_is_read_as_the_same(some, calls):
    whole = [calls, *some] if calls else some
    assert acts(write(whole)) == whole


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    errors = []
    try:
        parse(text)
    except Unreadable as error:
        errors = error.errors
    assert all(number >= 1 and sentence.endswith(".") for number, sentence in errors)
