"""What a talk was like, kept with the record of its call: made once, the same again, and gone with the words."""

import pytest

from streams.ai.model_promises import Promised
from streams.ai.provider import ProviderUnavailable, Used
from streams.figures.noting import note_figures
from streams.finalise import finalise
from streams.listening import readers
from streams.models import CallEvent, Charge, CueMark, Talk
from streams.retention import forgetting
from tests.streams.budgets.made import a_version
from tests.streams.listening.talks import LINES, a_talk
from tests.streams.made import log

pytestmark = pytest.mark.django_db
USED = Used(engine="openai", model="gpt-6-luna", unit="text_in", quantity=1000)


class Reader:
    by = "OpenAI gpt-x"

    def __init__(self, *, fails=False):
        self.fails, self.asked = fails, []

    def find(self, lines):
        self.asked.append(lines)
        if self.fails:
            raise ProviderUnavailable("No.", used=(USED,))
        return [Promised(line=2, what="send a better offer", due="by Friday")], (USED,)


@pytest.fixture
def reader(monkeypatch):
    made = Reader()
    monkeypatch.setattr(readers, "promise_reader", lambda: made)
    return made


def test_the_figures_stand_with_the_places_that_they_rest_on():
    row = Talk.objects.get(call=a_talk())
    assert (row.caller_seconds, row.person_seconds) == (3.5, 9)
    assert row.found["longest"] == {"who": "person", "seconds": 6, "places": [2]}
    assert row.found["interruptions"] == {"caller": [1], "person": []}
    assert row.found["questions"] == {"caller": [], "person": [0]}
    assert row.found["silences"] == [{"at": 9, "seconds": 5, "places": [1, 2]}]
    assert [one["mood"] for one in row.found["mood"]["caller"]] == ["negative", "positive"]
    [promise] = row.found["promises"]
    assert (promise["who"], promise["due"], promise["places"]) == ("person", "by Friday", [2])
    assert row.promises_by == "Patterns (offline)"


def test_what_nobody_listened_to_is_no_silence():
    began = (13.0, "listening_began", "support", {"stream": "s2", "engine": "local"})
    ended = (21.0, "listening_ended", "support", {"stream": "s2", "why": "carrier"})
    assert Talk.objects.get(call=a_talk(lines=(*LINES, began, ended))).found["silences"] == []


def test_the_same_again_changes_nothing_and_charges_nothing(reader):
    call = a_talk()
    before, lines = Talk.objects.values().get(), call.events.count()
    amounts = list(Charge.objects.values_list("source_key", "amount"))
    finalise(call.pk)
    assert Talk.objects.values().get() == before
    assert (call.events.count(), list(Charge.objects.values_list("source_key", "amount"))) == (lines, amounts)
    assert len(reader.asked) == 1
    assert CueMark.objects.count() == 1


def test_a_model_reads_for_promises_and_the_transfer_pays(reader):
    call = a_talk()
    row = Talk.objects.get(call=call)
    assert row.found["promises"] == [
        {"who": "person", "what": "send a better offer", "due": "by Friday", "places": [2]}
    ]
    assert row.promises_by == "OpenAI gpt-x"
    charge = Charge.objects.current().get(call=call, kind="ai", unit="text_in")
    assert (charge.step, charge.quantity) == ("support", 1000)


def test_where_the_model_fails_patterns_stay_and_it_is_paid_for(reader):
    reader.fails = True
    call = a_talk()
    row = Talk.objects.get(call=call)
    assert row.found["promises"][0]["due"] == "by Friday"
    assert row.promises_by == "Patterns (offline)"
    assert Charge.objects.current().filter(call=call, kind="ai", unit="text_in").exists()
    finalise(call.pk)
    assert len(reader.asked) == 1


def test_late_words_make_it_anew(reader):
    call = a_talk()
    log(call, (29.0, "overheard", "support", {"who": "caller", "text": "Wait a bit", "began": 25, "ended": 28}))
    finalise(call.pk)
    assert Talk.objects.get(call=call).caller_seconds == 6.5
    assert len(reader.asked) == 2


def test_a_mark_has_its_words_once_they_may_stay():
    call = a_talk()
    mark = CueMark.objects.get(call=call)
    assert (mark.key, mark.who, mark.text, mark.alerts) == ("cancel", "caller", "I want to cancel my contract.", True)
    assert mark.seq == CallEvent.objects.get(call=call, kind="cue").seq
    assert note_figures(call.pk).ears[0] == "Said: Wants to cancel."


@pytest.mark.parametrize("why", ["not kept", "not asked"])
def test_where_words_may_not_stay_there_is_no_talk_and_a_mark_without_words(why):
    version, lines = a_version(), LINES
    if why == "not kept":
        version.snapshot = {"keeps_transcripts": False}
        type(version).objects.filter(pk=version.pk).update(snapshot=version.snapshot)
    else:
        lines = tuple(line for line in LINES if line[1] != "consent_given")
    call = a_talk(version=version, lines=lines)
    assert not Talk.objects.exists()
    assert CueMark.objects.get(call=call).text == ""
    assert "cancel my" not in str(list(call.events.values_list("data", flat=True)))


def test_what_callers_say_to_a_line_keeps_its_mood_without_a_consent():
    lines = (
        (0.0, "answered", "", {}),
        (1.0, "utterance", "menu", {"text": "cancel it", "confidence": 1}),
        (1.0, "cue", "menu", {"cue": "cancel", "name": "Cancel", "who": "caller", "text": "cancel it"}),
        (2.0, "mood", "menu", {"who": "caller", "mood": "negative", "score": -1, "topics": [], "by": "x"}),
    )
    call = a_talk(lines=lines)
    assert CueMark.objects.get(call=call).text == "cancel it"
    assert call.events.get(kind="mood").data["mood"] == "negative"
    assert not Talk.objects.exists()


def test_forgetting_transcripts_takes_the_talk_and_the_words_of_marks():
    call = a_talk()
    assert forgetting.transcripts([call.pk]) == 5
    assert not Talk.objects.exists()
    assert CueMark.objects.get(call=call).text == ""
    assert forgetting.transcripts([call.pk]) == 0
