"""A call's log as an outcome, a transcript, a story and sums: pure."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.models import Call, Charge, OutcomeKind
from streams.reports import daily
from streams.reports.cost import Accrual, running
from streams.reports.names import names_in
from streams.reports.one_call import TONES
from streams.reports.outcome import Story, outcome_of
from streams.reports.timeline import TELL, timeline
from streams.reports.transcript import texts_cut_short, transcript
from streams.reports.words import clock, length, money
from tests.properties import examples
from tests.streams.billing.test_rates import Price
from tests.streams.made import REACHED, SNAPSHOT, TALK, a_call

NAMES = names_in(SNAPSHOT)


@dataclass(frozen=True)
class Line:
    at: float
    kind: str
    step: str = ""
    data: dict = field(default_factory=dict)


def lines(*rows):
    return [Line(*row) for row in rows]


def ending(*rows, **about):
    found = outcome_of(Story(lines(*rows), NAMES, **about))
    return found.kind, found.words


RECORDING = (9.0, "recording", "menu", {})
RECORDED = (20.0, "recording_finished", "", {"seconds": 12})
LEFT = (5.0, "left", "menu", {"outcome": "caller-hung-up", "goes_to": None})
DROPPED = (5.0, "stream_dropped", "", {})
HANGUP = (6.0, "hangup", "", {"reason": "done"})
CARRIERS_FAULT = {"ended_by": "hangup", "cause": "Network Error"}
IN_MENU = ((0.0, "answered", "", {}), (0.0, "entered", "menu", {}))


ENDINGS = [
    ([*TALK, REACHED], {}, "person", "reached a person: Support desk"),
    (TALK, {}, "transfer", "was put through to Support desk; how that went is not known"),
    ([*IN_MENU, RECORDING, RECORDED], {"ended_by": "hangup"}, "message", "left a message of 12 s"),
    ([*IN_MENU, RECORDING], {"ended_by": "hangup"}, "caller", "caller hung up while leaving a message"),
    ([*IN_MENU, (5.0, "caller_hung_up", "menu", {})], {}, "caller", "caller hung up at Main menu"),
    ([*IN_MENU, LEFT], {}, "caller", "caller hung up at Main menu"),
    ([*IN_MENU, DROPPED], {"ended_by": "hangup"}, "caller", "caller hung up at Main menu"),
    ([*IN_MENU, DROPPED], {"ended_by": "record"}, "caller", "caller hung up at Main menu"),
    ([*IN_MENU, DROPPED], {"ended_by": "missing"}, "fault", "the line dropped at Main menu"),
    ([*IN_MENU, DROPPED], {"ended_by": "sweep"}, "fault", "the line dropped at Main menu"),
    (IN_MENU, CARRIERS_FAULT, "fault", "the carrier ended it at Main menu: Network Error"),
    ([*IN_MENU, HANGUP], {"ended_by": "hangup"}, "flow", "ended by the flow at Main menu"),
    ([*IN_MENU, (5.0, "budget", "", {"which": "seconds"})], {}, "limit", "stopped by its limit of time at Main menu"),
    ([*IN_MENU, (5.0, "apology", "", {}), HANGUP], {}, "fault", "something failed at Main menu; heard an apology"),
    (IN_MENU, {"ended_by": "sweep"}, "unknown", "ended at Main menu, and nothing told why"),
    ([*IN_MENU, (5.0, "note_kept", "menu", {"what": "message"}), LEFT], {}, "message", "left a message"),
    ([*IN_MENU, (5.0, "note_kept", "menu", {"what": "callback"}), LEFT], {}, "message", "asked to be called back"),
    ([], {"ended_by": "hangup"}, "unanswered", "rang off before it was answered"),
    ([], {}, "unanswered", "was never answered"),
    ([], {"refused": "No phone line."}, "fault", "No phone line."),
]


@pytest.mark.parametrize(("rows", "about", "kind", "words"), ENDINGS)
def test_how_a_call_ended_in_words(rows, about, kind, words):
    assert ending(*rows, **about) == (kind, words)


def test_a_transfer_that_nobody_answered_is_no_person():
    busy = (20.0, "transfer_finished", "support", {"result": "busy", "seconds": 0})
    assert ending(*TALK, busy, ended_by="hangup")[0] == "caller"


def test_every_outcome_has_a_tone():
    assert set(TONES) == set(OutcomeKind)


NAMES_OF_DATA = [
    *("prompt", "texts", "text", "heard_ms", "outcome", "goes_to", "seconds", "result", "answers"),
    *("tool", "arguments", "verdict", "why", "ok", "what", "name"),
    *("which", "destination", "confidence", "latency_ms", "quantity", "max_seconds"),
]
texts = st.text(max_size=8)
strange = st.builds(
    Line,
    at=st.floats(0, 1000),
    kind=st.sampled_from([*TELL, "entered", "prompt_heard", "prompt_cut", "prompt_unconfirmed", "used", "nonsense"]),
    step=st.sampled_from(["", "menu", "<b>", "gone"]),
    data=st.dictionaries(
        st.sampled_from(NAMES_OF_DATA),
        st.none()
        | st.booleans()
        | st.integers(-5, 5000)
        | texts
        | st.lists(texts, max_size=3)
        | st.dictionaries(texts, texts, max_size=2),
    ),
)


@examples(60)
@given(st.lists(strange, max_size=12), st.sampled_from(["", "hangup", "sweep"]))
def test_no_log_however_strange_breaks_a_report(log, ended_by):
    found = outcome_of(Story(log, NAMES, ended_by))
    assert found.kind in OutcomeKind.values
    assert found.words
    said = transcript(log, {})
    assert [one.at for one in said] == sorted(one.at for one in said)
    assert all(isinstance(row.what, str) for row in timeline(log, NAMES))
    assert all(isinstance(text, str) for text in texts_cut_short(log))


def test_only_what_was_heard_counts():
    started = (0.0, "prompt_started", "menu", {"prompt": "said-1", "texts": ["One two three four.", "Five six."]})
    known = {"One two three four.": 2.0, "Five six.": 1.0}

    def heard(*ends):
        return [one.text for one in transcript(lines(started, *ends), known)]

    assert heard((3.0, "prompt_heard", "", {"prompt": "said-1"})) == ["One two three four. Five six."]
    assert heard((3.0, "prompt_unconfirmed", "", {"prompt": "said-1"})) == ["One two three four. Five six."]
    assert heard((1.0, "prompt_cut", "", {"prompt": "said-1", "heard_ms": 1000})) == ["One two…"]
    assert heard((2.6, "prompt_cut", "", {"prompt": "said-1", "heard_ms": 2600})) == ["One two three four. Five…"]
    assert heard((0.0, "prompt_cut", "", {"prompt": "said-1", "heard_ms": 0})) == []
    assert heard((1.0, "stream_dropped", "", {})) == ["One two…"]
    assert heard((1.0, "key", "", {"digit": "1"})) == ["One two…"]


def test_prompts_of_a_second_stream_that_bear_the_same_name_are_not_confused():
    first = (0.0, "prompt_started", "menu", {"prompt": "said-1", "texts": ["Before the break."]})
    second = (5.0, "prompt_started", "menu", {"prompt": "said-1", "texts": ["After the break."]})
    told = transcript(
        lines(first, (4.0, "resumed", "", {}), second, (6.0, "prompt_cut", "", {"prompt": "said-1", "heard_ms": 500})),
        {"Before the break.": 1.0, "After the break.": 1.0},
    )
    assert [one.text for one in told] == ["Before the break.", "After…"]


def test_what_an_agent_was_cut_short_in_is_shortened_too():
    told = transcript(
        lines(
            (1.0, "agent_said", "helper", {"text": "We open at nine and close at five.", "prompt": "said-3"}),
            (2.0, "prompt_cut", "helper", {"prompt": "said-3", "heard_ms": 700}),
        ),
        {},
    )
    assert [one.text for one in told] == ["We open…"]


UNDERSTOOD = {
    "said": "you charged me twice",
    "wants": "choice",
    "answer": "key-1",
    "meaning": "Billing",
    "confidence": 0.93,
    "taken": True,
    "engine": "text model",
    "ms": 640,
}
SAID = (3.0, "utterance", "menu", {"text": "you charged me twice", "confidence": 0.9})


@pytest.mark.parametrize(
    ("about", "what", "note"),
    [
        ({}, "understands “Billing”", "93% sure · text model · after 0.64 s"),
        (
            {"taken": False, "confidence": 0.4},
            "thinks of “Billing”, but is not sure enough",
            "40% sure · text model · after 0.64 s",
        ),
        ({"meaning": "", "answer": "", "taken": False}, "cannot tell what that means", "text model · after 0.64 s"),
    ],
)
def test_what_words_were_understood_as_is_told(about, what, note):
    said, row = timeline(lines(SAID, (3.6, "understood", "menu", UNDERSTOOD | about)), NAMES)
    assert said.what == "“you charged me twice”"
    assert (row.who, row.what, row.note) == ("Main menu", what, note)


def test_an_engine_that_failed_is_told_with_what_to_know_about_it():
    data = {"ability": "understand", "engine": "text model", "fault": "slow", "what": "It took too long."}
    (row,) = timeline(lines((3.0, "engine_failed", "menu", data)), NAMES)
    assert (row.what, row.note) == ("goes on without the model “text model”", "It took too long.")


def test_the_transcript_tells_what_words_were_understood_as_and_keeps_guesses_out():
    def told(**about):
        return [one.text for one in transcript(lines(SAID, (3.6, "understood", "menu", UNDERSTOOD | about)), {})]

    assert told() == ["you charged me twice (understood as Billing)"]
    assert told(taken=False) == ["you charged me twice"]
    assert told(meaning="") == ["you charged me twice"]


def test_an_assistant_that_is_switched_off_did_not_fail():
    told = lines((3.0, "agent_left_out", "helper", {}), (3.0, "agent_finished", "helper", {"outcome": "failed"}))
    assert [row.what for row in timeline(told, NAMES)] == ["goes on without the assistant"]


def test_speech_that_was_not_understood_is_told_in_words():
    (row,) = timeline(lines((1.0, "utterance", "main", {"text": "", "confidence": 0.0})), NAMES)
    assert (row.what, row.note) == ("says something that is not understood", "")


def test_the_story_names_people_and_places():
    rows = [(row.who, row.what, row.note) for row in timeline(lines(*TALK, REACHED), NAMES)]
    assert rows == [
        ("the call", "is answered", ""),
        ("Main menu", "says “Thanks for calling. Press 1 for support.”", "cut short after 2.0 s by the caller’s voice"),
        ("caller", "“my drill arrived broken”", "heard with 91% confidence"),
        ("Main menu", "no match → goes to Helper", ""),
        ("Scripted assistant (no AI)", "takes over", ""),
        ("Scripted assistant (no AI)", "“When did you buy it?”", "first word after 0.64 s"),
        ("caller", "“two years ago”", ""),
        ("Scripted assistant (no AI)", "is done: person", ""),
        ("Helper", "person → goes to To Support", ""),
        ("To Support", "puts the caller through to Support desk", ""),
        ("To Support", "they spoke", "for 50 s"),
    ]


def test_what_was_said_or_typed_is_marked_as_secret():
    told = timeline([*lines(*TALK), Line(1.0, "key", "menu", {"digit": "4"})], NAMES)
    assert {row.what for row in told if not row.secret} == {
        "is answered",
        "no match → goes to Helper",
        "takes over",
        "is done: person",
        "person → goes to To Support",
        "puts the caller through to Support desk",
    }


def test_what_an_assistant_asked_for_is_told_with_what_came_of_it():
    asked = {"tool": "leave_message", "arguments": {"message": "Call Ann."}, "verdict": "to-confirm", "why": ""}
    denied = {"tool": "put_through", "arguments": {"to": "+1900"}, "verdict": "refused", "why": "“to” must be: desk."}
    rows = timeline(
        lines(
            (1.0, "tool_asked", "menu", asked),
            (2.0, "note_kept", "menu", {"what": "message"}),
            (2.1, "tool_answered", "menu", {"tool": "leave_message", "ok": True}),
            (3.0, "tool_asked", "menu", denied),
            (4.0, "tool_asked", "menu", {"tool": "look_up_order-status", "arguments": {}, "verdict": "allowed"}),
            (5.0, "text_ordered", "menu", {"name": "Directions"}),
            (6.0, "keys_sent", "menu", {}),
        ),
        NAMES,
    )
    assert [(row.what, row.note) for row in rows] == [
        ("asks to leave a message (message: Call Ann.)", "the caller is asked to confirm it with a key"),
        ("keeps a message", ""),
        ("is told that it is done", "leave a message"),
        ("asks to put the caller through (to: +1900)", "refused: “to” must be: desk."),
        ("asks to look up order status", ""),
        ("orders the text message “Directions”", ""),
        ("presses keys on the line", ""),
    ]
    assert [row.secret for row in rows] == [True, False, False, True, True, False, False]


def test_what_a_step_looks_up_by_itself_is_not_told_of_an_assistant():
    own = {"tool": "look_up_order-status", "arguments": {"order": "4711"}, "verdict": "own"}
    (row,) = timeline(lines((1.0, "tool_asked", "menu", own)), NAMES)
    assert (row.what, row.secret) == ("sets out to look up order status (order: 4711)", True)
    assert "assistant" not in row.who


def test_running_cents_grow_by_the_begun_minute_and_end_at_the_charge():
    accruals = [Accrual(Decimal("0.006"), 0.0, Price()), Accrual(Decimal("0.001"), 30.0)]
    due = running(accruals, [0, 29, 30, 60, 3600])
    assert due == [Decimal(f"0.00{thousandths}") for thousandths in (3, 3, 4, 7, 7)]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (59.6, "1 min"), (162, "2 min 42 s"), (3600, "1 h"), (None, "–")]
)
def test_lengths_as_people_say_them(seconds, shown):
    assert length(seconds) == shown


def test_moments_as_a_clock_shows_them():
    assert [clock(s) for s in (-1, 3.9, 75, 3675)] == ["0:00", "0:03", "1:15", "1:01:15"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0 ¢"),
        ("1.503", "$1.503"),
        ("0.003", "0.300 ¢"),
        ("0.999", "99.900 ¢"),
        ("1234.565", "$1,234.56"),
        ("0.000001", "< 0.001 ¢"),
    ],
)
def test_money_has_as_much_precision_as_it_has(amount, shown):
    assert money(Decimal(amount)) == shown


@pytest.mark.django_db
class TestDays:
    def charged(self, day, amount, **fields):
        call = a_call(began_at=datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=23), **fields)
        Charge.objects.create(
            source_key=f"stream:{call.pk}", call=call, kind="stream", description="x", quantity=1, unit="minute",
            amount=Decimal(amount), basis="socket",
        )  # fmt: skip
        return call

    def test_each_day_has_its_calls_and_its_cost(self):
        monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
        for _ in range(3):
            self.charged(monday, "0.003", outcome_kind="person", status="finished")
        self.charged(tuesday, "0.3", outcome_kind="fault")
        found = daily.days(monday, tuesday)
        assert [(d.date, d.calls, d.people, d.faults, d.open, d.cost) for d in found] == [
            (tuesday, 1, 0, 1, 1, Decimal("0.3")),
            (monday, 3, 3, 0, 0, Decimal("0.009")),
        ]
        whole = daily.total(found)
        assert (whole.calls, whole.cost, whole.cost_per_call) == (4, Decimal("0.309"), Decimal("0.07725"))

    def test_a_charge_that_was_replaced_does_not_count(self):
        call = self.charged(date(2026, 11, 23), "0.006")
        old = Charge.objects.get(call=call)
        old.pk, old.version, old.supersedes_id, old.amount = None, 2, old.pk, Decimal("0.003")
        old.save()
        assert daily.days(date(2026, 11, 23), date(2026, 11, 23))[0].cost == Decimal("0.003")

    def test_a_day_is_one_of_the_sites_time_zone(self, settings):
        settings.TIME_ZONE = "America/Los_Angeles"
        self.charged(date(2026, 11, 23), "0.003")  # 23:00 UTC is still the same day in California
        Call.objects.update(began_at=datetime(2026, 11, 24, 3, tzinfo=UTC))
        assert [d.calls for d in daily.days(date(2026, 11, 23), date(2026, 11, 24))] == [0, 1]

    def test_a_year_takes_as_many_queries_as_a_day(self, django_assert_num_queries):
        with django_assert_num_queries(3):
            assert len(daily.days(date(2025, 11, 24), date(2026, 11, 23))) == 365


def test_engines_and_destinations_are_told_by_what_people_call_them():
    names = names_in(SNAPSHOT, titles=lambda ability, name: f"the {ability} {name}")
    told = timeline(
        lines(
            (1.0, "agent_said", "helper", {"text": "Hello.", "engine": ""}),
            (2.0, "agent_started", "helper", {"engine": "x", "title": "Engine X"}),
            (3.0, "tool_asked", "helper", {"tool": "put_through", "arguments": {"to": "desk"}, "verdict": "allowed"}),
            (4.0, "engine_failed", "helper", {"ability": "agent", "engine": "x", "what": "No answer."}),
            (5.0, "agent_finished", "helper", {"outcome": "key-1"}),
        ),
        names,
    )
    assert [(row.who, row.what) for row in told] == [
        ("Helper", "says “Hello.”"),
        ("Engine X", "takes over"),
        ("Engine X", "asks to put the caller through (to: Support desk)"),
        ("the call", "goes on without the assistant “the agent x”"),
        ("Engine X", "is done: key 1"),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "who", "what", "note"),
    [
        ("consent_given", {"by": "notice"}, "caller", "may be listened to", "heard the notice to its end, and did not"),
        ("consent_given", {"by": "word"}, "caller", "may be listened to", "and agreed in words"),
        ("consent_refused", {"by": "key"}, "caller", "does not want to be listened to", "by a key"),
        ("consent_unproven", {"why": "no word came"}, "the call", "is not listened to", "no word came"),
    ],
)
def test_what_callers_said_to_being_listened_to_is_told(kind, data, who, what, note):
    (row,) = timeline(lines((3.0, kind, "ask", data)), NAMES)
    assert (row.who, row.what) == (who, what)
    assert note in row.note
    assert not row.secret
