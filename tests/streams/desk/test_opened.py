import pytest

from flows.models import Flow, FlowVersion
from streams.desk import opened
from streams.desk.watchers import Watcher
from streams.listening import consent
from streams.models import CallEvent
from tests.streams.made import SNAPSHOT, TALK, a_call, log

READS = Watcher(user=None, words=True, numbers=False, money=False, listens=False)


@pytest.fixture
def call(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return a_call(version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT))


def open_(call):
    carried = opened.carried(call.pk)
    story = opened.Opened(call.pk, carried, opened.look(call.pk, READS, ()))
    story.whole()
    return story


def told(line):
    at, kind, step, data = line
    return {"type": "desk.news", "call": 7, "kind": kind, "at": at, "step": step, **data}


def test_what_was_told_first_and_logged_later_stands_once(call):
    log(call, *TALK[:2])
    story = open_(call)
    for line in TALK[2:6]:
        assert story.take_news(told(line))
    first = story.changes()
    log(call, *TALK[2:6])
    story.take_log(opened.look(call.pk, READS, story.raw))
    assert story.changes() is None
    assert not story.take_news(told(TALK[4]))  # late news of what the log shows
    assert [row["text"] for row in first["rows"]][0] == "says “Thanks for calling. Press 1 for support.”"
    assert first["rows"][0]["note"] == "cut short after 2.0 s by the caller’s voice"


def test_what_was_never_told_comes_with_the_log(call):
    log(call, *TALK[:2])
    story = open_(call)
    log(call, *TALK[2:])
    story.take_log(opened.look(call.pk, READS, story.raw))
    assert story.changes()["rows"][-1]["text"] == "puts the caller through to Support desk"


def test_only_what_is_new_is_sent_and_a_line_that_changed_is_sent_again(call):
    log(call, *TALK[:3])
    story = open_(call)
    story.take_news(told(TALK[3]))  # the prompt was cut short: its row changes
    changes = story.changes()
    assert (changes["from"], len(changes["rows"]), changes["moves"]) == (1, 1, [])
    assert story.changes() is None


def test_a_number_that_was_typed_is_hidden_where_it_is_said_again(call):
    log(call, (0.0, "entered", "menu", {}), (1.0, "key", "menu", {"digit": "4"}), (1.1, "key", "menu", {"digit": "2"}))
    story = open_(call)
    story.take_news(told((3.0, "agent_said", "helper", {"text": "You typed 42, right?", "prompt": "said-1"})))
    assert "42" not in str(story.changes())


def test_a_time_is_shown_once_the_log_tells_that_no_secret_was_asked_for(call):
    log(call, (0.0, "agent_said", "helper", {"text": "When shall we come?"}))
    story = open_(call)
    line = (3.0, "agent_heard", "helper", {"text": "It could be 10:30, or not?"})
    story.take_news(told(line))
    assert "10:30" not in str(story.changes())
    log(call, line)
    story.take_log(opened.look(call.pk, READS, story.raw))
    assert "It could be 10:30, or not?" in str(story.changes())


def test_a_pin_that_is_heard_like_a_time_is_never_shown(call):
    log(call, (0.0, "agent_said", "helper", {"text": "What is your PIN?"}))
    story = open_(call)
    line = (3.0, "agent_heard", "helper", {"text": "It could be 12:34, or not?"})
    story.take_news(told(line))
    before = str(story.changes())
    log(call, line)
    story.take_log(opened.look(call.pk, READS, story.raw))
    assert "12:34" not in before + str(story.changes())


def test_a_mood_is_said_again_only_once_it_changed_whatever_it_is_about(call):
    def mood(at, who, mood, *topics):
        return (at, "mood", "menu", {"who": who, "mood": mood, "topics": list(topics), "by": "a model"})

    log(call, (0.0, "consent_given", "menu", {"by": "key"}))
    log(call, mood(1.0, "caller", "neutral"), mood(2.0, "person", "neutral"), mood(3.0, "caller", "neutral", "price"))
    story = open_(call)
    story.take_news(told(mood(4.0, "caller", "neutral", "drills")))
    assert story.changes() is None
    story.take_news(told(mood(5.0, "caller", "negative", "price")))
    assert [(row["who"], row["text"]) for row in story.whole()["rows"]][1:] == [
        ("caller", "sounds neutral"),
        ("person", "sounds neutral"),
        ("caller", "sounds negative, about price"),
    ]


def test_why_a_talk_may_not_be_listened_to_is_told_also_when_nothing_else_changed(call, monkeypatch):
    story = open_(call)
    assert story.whole()["why_unheard"] == consent.NOBODY_ASKED
    monkeypatch.setattr(consent, "why_not", lambda call: "")
    story.take_log(opened.look(call.pk, READS, story.raw))
    assert story.changes() == {"from": 0, "rows": [], "moves": [], "why_no_words": "", "why_unheard": ""}
    assert story.changes() is None


def test_what_is_no_line_of_a_story_changes_nothing(call):
    story = open_(call)
    assert not story.take_news({"kind": "call_changed", "call": call.pk})
    assert story.changes() is None


def test_a_version_that_cannot_be_read_any_more_has_no_map(call):
    assert opened.carried(call.pk).drawing is None  # a snapshot of another release
    assert opened.carried(0) is None
    assert CallEvent.objects.count() == 0


def test_a_long_story_is_the_same_as_one_that_is_told_at_once(call):
    lines = [(float(n), "agent_heard", "helper", {"text": f"word {'a' * (n % 7)}"}) for n in range(400)]
    lines[3] = (3.0, "agent_started", "helper", {"engine": "x", "title": "Nora"})
    lines[390] = (390.0, "agent_said", "helper", {"text": "Hello", "prompt": "said-1"})
    log(call, *lines[:200])
    story = open_(call)
    rows = story.whole()["rows"]
    for line in [*lines[200:300], (150.5, "key", "helper", {}), *lines[300:]]:  # one comes late
        story.take_news(told(line))
        changes = story.changes()
        rows[changes["from"] :] = changes["rows"]
    log(call, *lines[200:300], (150.5, "key", "helper", {"digit": "4"}), *lines[300:])
    assert rows == open_(call).whole()["rows"]
    assert [row["who"] for row in rows if row["text"] == "“Hello”"] == ["Nora"]
    assert len(rows) == 401
