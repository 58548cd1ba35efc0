"""Looking on at a live call with the site's own cues: which are watched, who judges, and what is kept."""

import asyncio

import pytest

from flows.models import Flow
from streams import engines
from streams.ai.provider import HeardUtterance
from streams.billing.charges import charge_call
from streams.desk import news
from streams.event_log import Entry
from streams.listening import marks, observing, readers
from streams.listening.judging import ModelJudge
from streams.listening.shipped import SHIPPED, ship_cues
from streams.models import CallEvent, Cue, CueMark
from tests.streams.budgets.made import a_version
from tests.streams.listening.conversation import in_rows, listening, ordered
from tests.streams.listening.ears import TwoEars
from tests.streams.made import a_call, log


async def until(met):
    for _ in range(500):
        if met():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not happen within five seconds.")


@pytest.mark.django_db(transaction=True)
async def test_a_cue_said_on_a_call_between_people_is_logged_marked_and_told(monkeypatch):
    ears, told = TwoEars(), []
    monkeypatch.setattr(engines, "transcriber", ears.transcriber)
    monkeypatch.setattr(engines, "ears_to_ask", lambda name="": [name])
    monkeypatch.setattr(news, "tell", lambda pk, kind, **what: told.append((kind, what)))
    call, token = await in_rows(ordered)
    await in_rows(ship_cues)
    socket = await listening(call, token)
    for _ in range(10):
        await socket.media()
    await until(lambda: bool(ears.opened) and bool(ears.opened[0].pushed))
    ears.opened[0].queue.put_nowait(HeardUtterance(text="I am angry and cancelling.", began_ms=0, ended_ms=100))
    await until(lambda: any(kind == "cue" for kind, _ in told))
    await socket.disconnect()
    line = await in_rows(lambda: CallEvent.objects.get(kind="cue"))
    assert (line.step, line.data["cue"], line.data["stream"]) == ("put", "cancel", socket.stream_id)
    mark = await in_rows(lambda: CueMark.objects.get())
    assert (mark.call_id, mark.seq, mark.cue_id is not None, mark.text) == (call.pk, line.seq, True, "")
    [mood] = await in_rows(lambda: [line.data for line in CallEvent.objects.filter(kind="mood")])
    assert (mood["mood"], mood["by"]) == ("negative", "Word list (offline)")  # judged at the end
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert kinds[-1] == "listening_ended"
    assert dict(told)["cue"]["name"] == "Wants to cancel"


@pytest.mark.django_db
def test_only_cues_that_are_on_for_this_flow_are_watched():
    Cue.objects.all().delete()
    version = a_version()
    other = Flow.objects.create(name="Other", slug="other")
    for key, flows, is_on in (
        ("all", [], True),
        ("mine", [version.flow, other], True),
        ("theirs", [other], True),
        ("off", [], False),
    ):
        Cue.objects.create(key=key, name=key, said="x", is_on=is_on).flows.set(flows)
    call = a_call(version=version)
    assert {cue.key for cue in observing.watch_of(call.pk).cues} == {"all", "mine"}
    assert {cue.key for cue in observing.watch_of(a_call().pk).cues} == {"all"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("keeps", "engine", "reads"), [(True, "openai", True), (False, "openai", False), (True, "local", False)]
)
def test_a_model_judges_where_it_is_chosen_for_that_and_words_are_kept(settings, keeps, engine, reads):
    settings.OPENAI_API_KEY, settings.MOOD_ENGINE, settings.SUMMARIZER_ENGINE = "sk-of-nobody", engine, "openai"
    version = a_version()
    type(version).objects.filter(pk=version.pk).update(snapshot={"keeps_transcripts": keeps})
    judge = observing.watch_of(a_call(version=version).pk).judge
    assert isinstance(judge, ModelJudge) is reads
    assert readers.promise_reader() is not None


@pytest.mark.django_db
def test_what_a_model_judged_on_earlier_streams_of_a_call_counts_too_and_all_of_it_is_charged(settings):
    settings.OPENAI_API_KEY, settings.MOOD_ENGINE, settings.MOOD_JUDGEMENTS = "sk-of-nobody", "openai", 3
    call = a_call(version=a_version(), ended=60)
    for at in (3.0, 9.0):
        for unit, quantity in (("text_in", 500), ("text_out", 40)):
            used = {"engine": "openai", "model": "gpt-6-luna", "unit": unit, "quantity": quantity, "for": "mood"}
            log(call, (at, "used", "put", used))
    assert observing.watch_of(call.pk).judgements == 1
    charged = {charge.unit: (charge.quantity, charge.step) for charge in charge_call(call.pk) if charge.kind == "ai"}
    assert charged == {"text_in": (1000, "put"), "text_out": (80, "put")}
    settings.MOOD_JUDGEMENTS = 1
    assert observing.watch_of(call.pk).judgements == 0


@pytest.mark.django_db
def test_words_are_bent_as_in_the_language_that_the_call_is_in():
    version = a_version()
    type(version).objects.filter(pk=version.pk).update(snapshot={"language": "de-DE"})
    assert observing.watch_of(a_call(version=version).pk).language == "de-DE"
    assert observing.watch_of(a_call(version=version, state={"language": "fr-FR"}).pk).language == "fr-FR"
    assert observing.watch_of(a_call().pk).language == ""


@pytest.mark.django_db
def test_marks_are_kept_once_and_whatever_a_line_holds():
    call = a_call()
    log(call, (3.0, "cue", "s", {"cue": "gone", "name": "n" * 200, "who": "caller"}), (4.0, "cue", "s", {}))
    marks.keep(call.pk)
    marks.keep(call.pk)
    first, second = CueMark.objects.filter(call=call)
    assert (first.key, first.cue, len(first.name), second.key) == ("gone", None, 60, "")
    assert first.said_at.timestamp() == call.answered_at.timestamp() + 3


@pytest.mark.django_db
def test_shipped_cues_come_once_and_what_a_site_deleted_stays_away():
    Cue.objects.all().delete()
    ship_cues()
    assert set(Cue.objects.values_list("key", flat=True)) == set(SHIPPED)
    for cue in Cue.objects.all():
        cue.full_clean()
    Cue.objects.exclude(key="price").delete()
    ship_cues()
    assert Cue.objects.count() == 1


def test_lines_without_words_cost_a_look_into_a_table():
    looks_on = observing.Onlooker(1, clock=None)
    looks_on.line(Entry(at=1.0, kind="key", data={"digit": "1"}))
    looks_on.close()
