"""What happened on a call with what each row used and cost; what the carrier told; how fast; and why it ended."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.models import CarrierMessage, CarrierRecord, Charge, Rate
from streams.reports.cost import accruals
from streams.reports.ended import CAUSES, CODES, explained
from streams.reports.names import names_in
from streams.reports.one_call import Reader, one_call
from streams.reports.speed import how_fast
from streams.reports.timeline import timeline
from streams.reports.turns import in_words, uses_of_rows
from tests.properties import examples
from tests.streams.made import NOON, REACHED, SNAPSHOT, TALK, a_call, a_stream, at, log
from tests.streams.test_reports import Line, lines

NAMES = names_in(SNAPSHOT)


def used(when, unit, quantity, step="helper", **more):
    return (when, "used", step, {"engine": "x", "model": "gpt-x", "unit": unit, "quantity": quantity, **more})


def charged(call, key, amount, **more):
    given = {"kind": key.partition(":")[0], "description": key, "quantity": 1, "unit": "", "basis": "usage"} | more
    return Charge.objects.create(call=call, source_key=key, amount=Decimal(amount), **given)


@pytest.fixture
def call(db):
    """A call of a minute with a stream, an assistant that spoke twice, and a summary."""
    call = a_call(ended=61, outcome="reached a person: Support desk")
    stream = a_stream(call, ended=61)
    log(
        call,
        *TALK[:8],
        used(4.9, "audio_in", 300),
        used(4.9, "audio_out", 100),
        (
            5.0,
            "agent_said",
            "helper",
            {"text": "When did you buy it?", "latency_ms": 640, "prompt": "s2", "engine": "x"},
        ),
        (8.0, "agent_heard", "helper", {"text": "two years ago"}),
        (9.0, "agent_said", "helper", {"text": "I put you through.", "latency_ms": 710, "prompt": "s3", "engine": "x"}),
        used(9.1, "audio_in", 100),
        *TALK[-4:],
        REACHED,
        used(60.0, "text_in", 50, step="", **{"for": "summary"}),
    )
    rate = Rate.objects.get(kind="stream")
    charged(call, f"stream:{stream.stream_id}", "0.006", rate=rate, seconds=61)
    charged(call, f"ai:{call.pk}:gpt-x:audio_in", "0.040")
    charged(call, f"ai:{call.pk}:gpt-x:audio_out", "0.010")
    charged(call, f"ai:{call.pk}:gpt-x:text_in", "0.001")
    charged(call, f"leg:{call.call_uuid}", "0.011", seconds=61)
    return call


def story_of(call, **reader):
    return one_call(call, Reader(**reader)).story


def test_each_answer_says_what_it_used_by_kind_and_what_each_cost(call):
    said = {row.what: row.used.replace("\N{NO-BREAK SPACE}", " ") for row in story_of(call) if row.used}
    assert said == {
        "“When did you buy it?”": "300 audio tokens heard (3.000 ¢), 100 audio tokens spoken (1.000 ¢)",
        "“I put you through.”": "100 audio tokens heard (1.000 ¢)",
        "is summed up": "50 text tokens read (0.100 ¢)",
    }


def test_without_money_it_says_what_was_used_alone(call):
    told = " ".join(row.used for row in story_of(call, money=False))
    assert "300 audio tokens heard, 100 audio tokens spoken" in told
    assert "¢" not in told
    assert {row.cents for row in story_of(call, money=False)} == {""}


def test_the_running_cost_never_falls_and_ends_at_the_sum_of_the_charges(call):
    cents = [Decimal(row.cents) for row in story_of(call)]
    assert cents == sorted(cents)
    assert cents[-1] == Decimal("6.8")
    assert cents[-2] == Decimal("6.7"), "the summary is written after the call"


def test_what_each_row_adds_is_marked(call):
    costly = [row.what for row in story_of(call) if row.is_cost]
    assert "“When did you buy it?”" in costly
    assert "“two years ago”" not in costly
    assert [row.what for row in story_of(call) if row.is_step] == ["begins"] * 3
    assert [row.what for row in story_of(call) if row.is_said][0].startswith("says “Thanks")
    assert all(row.second >= 0 for row in story_of(call))


def test_a_use_belongs_to_the_answer_between_the_same_two_turns_of_the_caller():
    told = lines(
        (1.0, "agent_said", "ai", {"text": "First"}),
        (2.0, "agent_heard", "ai", {"text": "yes"}),
        used(3.0, "audio_in", 1, step="ai"),
        (4.0, "agent_said", "ai", {"text": "Second"}),
        used(4.5, "audio_in", 2, step="ai"),
        (5.0, "agent_heard", "ai", {"text": "bye"}),
        used(6.0, "audio_in", 4, step="ai"),
    )
    rows = timeline(told, NAMES)
    by_row = {
        rows[at].what: [told[use].data["quantity"] for use in uses] for at, uses in uses_of_rows(rows, told).items()
    }
    assert by_row == {"“Second”": [1, 2, 4]}


def test_a_use_at_a_menu_stands_beside_what_was_understood():
    told = lines(
        (1.0, "utterance", "menu", {"text": "my bill"}),
        (1.1, "understood", "menu", {"meaning": "Billing", "taken": True}),
        used(1.2, "text_in", 20, step="menu"),
    )
    rows = timeline(told, NAMES)
    assert [rows[at].kind for at in uses_of_rows(rows, told)] == ["understood"]


def test_one_is_told_as_one():
    assert in_words([(Line(*used(1, "summaries", 1)), None)]) == "1 summary"
    assert in_words([(Line(*used(1, "text_in", 1130)), Decimal(0))]) == "1,130 text tokens read"


amounts = st.decimals(0, 5, places=6)
uses = st.lists(st.tuples(st.floats(0, 60), st.sampled_from(["audio_in", "text_in"]), st.integers(1, 999)), max_size=8)


@examples(25)
@given(uses=uses, amount=amounts, stream=amounts)
def test_whatever_was_used_the_last_row_is_the_sum_of_what_is_stored(db, uses, amount, stream):
    call = a_call(ended=61)
    line = a_stream(call, ended=61)
    log(call, *TALK, *(used(when, unit, quantity) for when, unit, quantity in uses))
    total = stream
    charged(call, f"stream:{line.stream_id}", stream, seconds=61, rate=Rate.objects.get(kind="stream"))
    for unit in {unit for _, unit, _ in uses}:
        charged(call, f"ai:{call.pk}:gpt-x:{unit}", amount)
        total += amount
    cents = [Decimal(row.cents) for row in story_of(call)]
    assert cents == sorted(cents)
    assert cents[-1] == Decimal(f"{total * 100:.1f}")


# --- What the carrier told ------------------------------------------------------------------------------------------


def message(call, kind, when, **more):
    return CarrierMessage.objects.create(
        dedupe_key=f"{kind}-{call.pk}", kind=kind, call_uuid=call.call_uuid, received_at=at(when), **more
    )


def test_the_carriers_messages_say_how_often_they_came_and_what_became_of_them(call):
    message(call, "answer", -1, applied_at=at(0), copies=3)
    message(call, "hangup", 62, attempts=2, error="KeyError: no such +14155550142")
    message(call, "recording", 63, attempts=8, error="poison")
    shown = one_call(call, Reader(numbers=False, digits=False))
    told = [(one.what, one.note, one.state) for one in shown.messages if one.state]
    assert told == [
        ("A call comes in; what is to be done?", "came 3 times", "applied"),
        ("The call is over", "KeyError: no such ••• · is tried again", "not applied yet"),
        ("A recording can be fetched", "poison", "needs a person"),
    ]
    assert [(one.what, one.note) for one in shown.messages if not one.state] == [
        ("A stream begins", "told by our socket"),
        ("A stream ends", "told by our socket"),
    ]


def test_of_the_carriers_books_the_newest_state_counts(call):
    row = {"kind": "call", "carrier_id": call.call_uuid, "call_uuid": call.call_uuid, "began_at": NOON, "seconds": 61}
    CarrierRecord.objects.create(**row, billed_seconds=60, amount=Decimal("0.0055"), digest="a")
    CarrierRecord.objects.create(**row, billed_seconds=120, amount=Decimal("0.011"), digest="b")
    (book,) = one_call(call, Reader()).books
    assert (book.what, book.note, book.state) == ("Call leg", "lasted 1 min 1 s, paid for 2 min", "1.100 ¢")
    assert one_call(call, Reader(money=False)).books[0].state == ""


def test_who_may_not_see_the_carriers_side_is_told_none_of_it(call):
    message(call, "hangup", 62, applied_at=at(62))
    shown = one_call(call, Reader(carrier=False))
    assert (shown.messages, shown.books, shown.streams, shown.facts) == ([], [], [], [])


# --- Why it ended ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "code", "source", "said"),
    [
        ("Normal Hangup", "4000", "Caller", "The caller hung up."),
        ("NORMAL_CLEARING", "", "", "The carrier’s reason is “NORMAL_CLEARING” (4000): it ended as calls do: somebody"),
        ("End Of XML Instructions", "4010", "Plivo", "The carrier ended it; the carrier’s reason is “End Of XML Instr"),
        ("", "3010", "", "The carrier’s reason is “Busy Line” (3010): the line was busy."),
        ("", "7011", "Error", "A fault ended it; the carrier’s reason is a cause (7011): the carrier asked this site"),
        ("Something New", "4711", "", "The carrier’s reason is “Something New” (4711)."),
        ("", "", "Answer XML", "The line ended it."),
        ("", "", "", ""),
    ],
)
def test_the_carriers_cause_is_said_in_plain_words(cause, code, source, said):
    assert explained(cause, code, source).startswith(said)


def test_every_cause_is_found_by_its_name():
    assert {CODES[name.casefold()] for name, _ in CAUSES.values()} <= set(CAUSES)


def test_why_it_ended_is_one_paragraph_at_the_top(call):
    body = {"HangupCauseCode": "4000", "HangupCauseName": "Normal Hangup", "HangupSource": "Callee"}
    message(call, "hangup", 62, applied_at=at(62), body=body)
    call.hangup_cause = "Normal Hangup"
    assert one_call(call, Reader()).why == "Reached a person: Support desk. The other side hung up."
    call.ended_at = None
    assert one_call(call, Reader()).why == ""


# --- How fast -------------------------------------------------------------------------------------------------------


def test_how_long_the_caller_waited_is_told_by_step(call):
    assert one_call(call, Reader()).speed == [
        ("helper", "first word after 0.64 s and 0.71 s"),
        ("Audio", "0 frames came, none of them unusable"),
    ]


def test_many_answers_are_told_by_the_usual_and_the_longest():
    said = [Line(n, "agent_said", "helper", {"latency_ms": ms}) for n, ms in enumerate((500, 600, 700, 2000))]
    said += [Line(9, "understood", "menu", {"ms": 210}), Line(9, "agent_said", "helper", {"latency_ms": None})]
    assert how_fast(said, [], NAMES) == [
        ("Helper", "first word after 0.65 s usually, 2.00 s at most (4 answers)"),
        ("Main menu", "understood after 0.21 s"),
    ]


def test_a_leg_that_began_later_costs_from_then_on(call):
    charge = Charge.objects.get(source_key=f"leg:{call.call_uuid}")
    charge.began_at = NOON + timedelta(seconds=30)  # once charges say so themselves
    (leg,) = accruals([charge], [], [], zero=NOON)
    assert (leg.by(29), leg.by(30)) == (0, Decimal("0.011"))
