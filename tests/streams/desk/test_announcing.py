"""Emergency announcements: heard by whoever wrote them, then by new calls first of all, and ended at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from flows.engine.languages import Language
from flows.engine.snapshot import load
from flows.models import Destination
from streams.ai.provider import ProviderUnavailable
from streams.audio import prompts
from streams.desk import announcing
from streams.desk.announcing import MISSING, due, prepare, put_on, stop, write
from streams.event_log import Entry, append
from streams.models import Announcement, Call, DeskAct
from tests.builders import flow_of
from tests.streams.rows import published, ringing

pytestmark = pytest.mark.django_db

SMOKE = "Our office is closed because of smoke."


@pytest.fixture
def sue(django_user_model):
    user = django_user_model.objects.create_user("sue", is_staff=True)
    user.groups.add(Group.objects.get(name="supervisor"))
    return user


@pytest.fixture(autouse=True)
def voice(monkeypatch):
    """What was read, and by whom; `prompts.rendered` knows it then."""
    read = {}

    def render(texts, *, voice="", language=""):
        for text in texts:
            if "broken" in text:
                raise ProviderUnavailable("The voice is away.")
            read[text, voice, language] = b"s" * 800
            yield text

    def rendered(texts, *, voice="", language=""):
        return {text: read[text, voice, language] for text in texts if (text, voice, language) in read}

    monkeypatch.setattr(prompts, "render", render)
    monkeypatch.setattr(prompts, "rendered", rendered)
    monkeypatch.setattr(announcing, "ring", lambda pk: None)
    return read


@pytest.fixture
def line():
    spanish = Language(code="es-MX", voice="maria")
    version = published(replace(flow_of(bye=("hang_up", "Goodbye.")), languages=(spanish,)))
    call, _ = ringing()
    call.version = version
    return call, load(version.snapshot)


def on_the_line(**what):
    """An announcement that was written, rendered and put on the line."""
    made = write(text=SMOKE, **what)
    prepare(made.pk)
    assert put_on(made, by=what["by"]) == ""
    return made


def heard(line):
    call, flow = line
    return due(call, flow, call.began_at)


def test_it_can_be_heard_before_callers_hear_it_in_each_language_somebody_wrote_it_in(line, sue):
    made = write(by=sue, text=SMOKE, further={"es": "Estamos cerrados.", "fr": "Fermé."})
    assert put_on(made, by=sue) == announcing.NOT_READY
    assert announcing.progress(made) == (0, 2)
    prepare(made.pk)
    assert announcing.progress(made) == (2, 2)
    assert announcing.sound_of(made, "en")
    assert heard(line) is None  # nobody put it on the line
    assert put_on(made, by=sue) == ""
    assert put_on(made, by=sue) == announcing.NOT_THERE  # as from two pages
    assert heard(line).texts == (SMOKE, "Estamos cerrados.")
    assert [row.act for row in DeskAct.objects.order_by("pk")] == ["prepares_announcement", "announces"]
    assert announcing.sound_of(made, "es")
    assert not announcing.sound_of(made, "fr")


def test_nobody_hears_it_twice_nor_after_it_was_stopped(line, sue):
    stop(on_the_line(by=sue), by=sue)
    assert heard(line) is None
    on_the_line(by=sue)
    append(line[0].pk, [Entry(at=1.0, kind="announced")])
    assert heard(line) is None


def test_only_calls_of_the_flows_it_is_for_hear_it(line, sue):
    made = write(by=sue, text=SMOKE, flows=[])
    prepare(made.pk)
    assert Announcement.objects.get().problem == announcing.NOBODY_NEEDS_IT
    made.flows.add(line[0].version.flow)
    prepare(made.pk)
    put_on(made, by=sue)
    assert heard(line).texts == (SMOKE,)


def test_calls_that_we_make_do_not_hear_it(line, sue):
    on_the_line(by=sue)
    line[0].direction = "outbound"
    assert heard(line) is None


def test_a_voice_that_fails_is_told_and_a_line_without_the_sound_goes_on(line, sue, voice):
    on_the_line(by=sue, further={"es": "broken"})
    assert "The voice is away." in Announcement.objects.get().problem
    assert heard(line).texts == (SMOKE,)
    voice.clear()
    assert (heard(line).clips, heard(line).why) == ((), MISSING)


def test_callers_may_be_put_through(line, sue):
    support = Destination.objects.create(key="support", name="Support", number="+14155550123")
    on_the_line(by=sue, then="transfer", destination=support)
    assert (heard(line).then, heard(line).destination) == ("transfer", "support")


def test_the_one_that_was_put_on_the_line_last_is_heard(line, sue):
    first = write(by=sue, text="It burns.")
    prepare(first.pk)
    on_the_line(by=sue)
    put_on(first, by=sue)
    assert heard(line).texts == ("It burns.",)


def test_its_time_begins_when_it_is_put_on_the_line(line, sue):
    made = write(by=sue, text=SMOKE, until=timezone.now() + timedelta(minutes=30))
    Announcement.objects.update(made_at=made.made_at - timedelta(minutes=10), until=made.until - timedelta(minutes=10))
    prepare(made.pk)
    put_on(Announcement.objects.get(), by=sue)
    on = Announcement.objects.get()
    assert timedelta(minutes=29) < on.until - on.ready_at < timedelta(minutes=31)


def test_who_may_not_announce_is_refused(sue):
    sue.groups.clear()
    with pytest.raises(PermissionDenied):
        write(by=type(sue).objects.get(pk=sue.pk), text=SMOKE)
    assert not Announcement.objects.exists()
    assert Call.objects.count() == 0
