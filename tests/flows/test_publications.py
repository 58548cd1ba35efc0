"""Publishing in the background: whatever happens to its workers, a version is stored once, whole, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from flows import publications, publishing
from flows.models import FlowVersion, PromptAudio, Publication, PublicationState
from streams.house_texts import HOUSE_TEXTS
from tests.flows import renderers

FIRST, SECOND = "Welcome to Hart Tools.", "Goodbye."


@pytest.fixture
def nobody_comes(settings):
    settings.PUBLICATION_RINGER = "tests.flows.renderers.nobody"


def later(publication, **ago):
    """Its worker has given no sign for a while."""
    Publication.objects.filter(pk=publication.pk).update(beat_at=timezone.now() - timedelta(**ago))


def fresh(publication):
    return Publication.objects.get(pk=publication.pk)


def test_a_worker_makes_the_prompts_and_stores_the_version(line, builder, scripted_voice):
    publication = fresh(publications.begin(line, by=builder, notes="First."))
    version = FlowVersion.objects.get()
    assert (publication.state, publication.version) == (PublicationState.PUBLISHED, version)
    assert (publication.prompts, publication.done, publication.rendered) == (2, 2, 2)
    assert (version.number, version.notes, version.published_by) == (1, "First.", builder)
    assert version.snapshot == publication.snapshot
    used = [{"engine": "fake", "model": "reader", "unit": "characters", "quantity": len(FIRST + SECOND)}]
    assert version.report == {"steps": 2, "prompts": 2, "rendered": 2, "used": used}


def test_what_is_there_already_is_not_read_again(line, scripted_voice):
    publications.begin(line, by=None)
    line.steps.filter(key="hello").update(settings={"text": "Hello again."})
    publication = fresh(publications.begin(line, by=None))
    assert scripted_voice.read == [FIRST, SECOND, "Hello again."]
    assert (publication.prompts, publication.done, publication.rendered) == (2, 2, 1)


def test_a_draft_with_problems_begins_nothing(line, scripted_voice):
    line.steps.filter(key="hello").update(settings={"text": ""})
    with pytest.raises(publishing.NotPublishable):
        publications.begin(line, by=None)
    assert not Publication.objects.exists()


def test_a_failure_names_the_prompt_and_the_next_try_goes_on_there(line, scripted_voice):
    scripted_voice.fails_at = {SECOND}
    publication = fresh(publications.begin(line, by=None))
    assert (publication.state, publication.failed_text) == (PublicationState.FAILED, SECOND)
    assert publication.sentence.startswith("The voice could not be reached, so 1 prompt is not ready. The line keeps")
    assert not FlowVersion.objects.exists()

    scripted_voice.fails_at = set()
    publications.again(publication)
    assert scripted_voice.read == [FIRST, SECOND]
    assert fresh(publication).version == FlowVersion.objects.get()
    assert FlowVersion.objects.get().report["used"][0]["quantity"] == len(FIRST + SECOND)


def test_the_next_worker_goes_on_where_a_killed_one_stopped(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    scripted_voice.dies_at = {SECOND}
    with pytest.raises(renderers.Killed):
        publications.carry_on(publication.pk)
    assert (fresh(publication).state, fresh(publication).done) == (PublicationState.PREPARING, 1)

    scripted_voice.dies_at = set()
    assert publications.carry_on(publication.pk)
    assert fresh(publication).is_under_way, "the first worker may still be alive"
    later(publication, minutes=2)
    publications.carry_on(publication.pk)
    assert fresh(publication).version.number == 1
    assert scripted_voice.read == [FIRST, SECOND]


def test_a_worker_that_was_thought_dead_does_no_harm_when_it_comes_back(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)

    def overtaken(text):
        scripted_voice.before_each = lambda text: None
        later(publication, minutes=2)
        publications.carry_on(publication.pk)

    scripted_voice.before_each = overtaken
    assert publications.carry_on(publication.pk)
    assert scripted_voice.read == [FIRST, SECOND, FIRST]
    assert [version.number for version in FlowVersion.objects.all()] == [1]
    assert fresh(publication).version.number == 1


def test_a_worker_whose_publication_was_taken_over_stores_nothing(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    scripted_voice.before_each = lambda text: Publication.objects.update(worker="another")
    assert publications.carry_on(publication.pk)
    assert scripted_voice.read == [FIRST]
    assert not FlowVersion.objects.exists()
    assert fresh(publication).is_under_way


def test_one_prompt_that_kills_every_worker_ends_in_a_failure_that_names_it(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    scripted_voice.dies_at = {SECOND}
    for _ in range(publications.MOST_TAKES + 1):
        with pytest.raises(renderers.Killed):
            publications.carry_on(publication.pk)
        later(publication, minutes=2)
    publications.carry_on(publication.pk)
    found = fresh(publication)
    assert (found.state, found.failed_text) == (PublicationState.FAILED, SECOND)
    assert "stopped several times" in found.sentence


def test_a_long_publication_lets_other_work_have_its_turn(line, scripted_voice, nobody_comes, monkeypatch):
    monkeypatch.setattr(publications, "AT_A_STRETCH", 0.0)
    publication = publications.begin(line, by=None)
    assert not publications.carry_on(publication.pk)
    assert scripted_voice.read == [FIRST]
    assert publications.carry_on(publication.pk)
    assert fresh(publication).version.number == 1


def test_what_was_stopped_stays_stopped(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    scripted_voice.before_each = lambda text: publications.give_up(publication)
    assert publications.carry_on(publication.pk)
    assert (fresh(publication).state, scripted_voice.read) == (PublicationState.GIVEN_UP, [FIRST])
    assert not publications.give_up(publication)
    assert not FlowVersion.objects.exists()


def test_what_is_published_is_exactly_what_was_checked(line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    line.steps.filter(key="goodbye").update(settings={"text": "Changed."})
    publications.carry_on(publication.pk)
    assert "Somebody changed this flow" in fresh(publication).sentence
    assert not FlowVersion.objects.exists()
    with pytest.raises(publishing.NotPublishable, match="was changed since"):
        publications.again(publication)
    assert fresh(publication).state == PublicationState.FAILED


def test_of_two_who_publish_at_once_one_is_told(line, publisher, scripted_voice, nobody_comes):
    first = publications.begin(line, by=publisher)
    with pytest.raises(publications.UnderWay, match="Paul Becker began to publish this flow a moment ago") as caught:
        publications.begin(line, by=None)
    assert caught.value.publication == first
    assert Publication.objects.count() == 1


def test_two_at_the_very_same_moment_are_parted_by_the_database(line, scripted_voice, nobody_comes, monkeypatch):
    first = publications.begin(line, by=None)
    looked = []
    there = publications.under_way
    monkeypatch.setattr(publications, "under_way", lambda flow: there(flow) if looked else looked.append(flow))
    with pytest.raises(publications.UnderWay) as caught:
        publications.begin(line, by=None)
    assert caught.value.publication == first


def test_only_what_nobody_is_at_is_left_alone(line, scripted_voice, nobody_comes):
    publication, now = publications.begin(line, by=None), timezone.now()
    assert not publications.left_alone(now).exists()
    assert publications.left_alone(now + timedelta(seconds=30)).get() == publication
    later(publication, seconds=30)
    assert not publications.left_alone(now).exists()
    assert publications.left_alone(now + timedelta(minutes=1)).get() == publication
    publications.give_up(publication)
    assert not publications.left_alone(now + timedelta(hours=1)).exists()


def test_the_time_that_is_left_is_told_from_what_prompts_took():
    publication = Publication(prompts=40, done=12, rendered=10, spent_ms=7_000)
    assert publication.seconds_left == 20
    assert Publication(prompts=40).seconds_left is None


def test_what_every_line_says_is_made_with_each_version(line, scripted_voice, settings):
    settings.HOUSE_TEXTS = "streams.house_texts.HOUSE_TEXTS"
    publication = fresh(publications.begin(line, by=None))
    assert scripted_voice.read == [FIRST, SECOND, *HOUSE_TEXTS]
    assert publication.prompts == publication.done == 2 + len(HOUSE_TEXTS)


def test_the_prompts_of_every_language_are_made_in_its_voice(line, scripted_voice):
    line.languages = [{"language": "es-US", "voice": "lola"}]
    line.save()
    for key, spoken in (("hello", "Hola."), ("goodbye", "Adiós.")):
        step = line.steps.get(key=key)
        step.settings = {**step.settings, "translations": {"es-US": {"text": spoken}}}
        step.save()
    publication = fresh(publications.begin(line, by=None))
    assert scripted_voice.read == [FIRST, SECOND, "Hola.", "Adiós."]
    assert publication.prompts == publication.done == 4
    assert set(PromptAudio.objects.filter(language="es-US").values_list("text", flat=True)) == {"Hola.", "Adiós."}
    assert publication.version.snapshot["languages"] == [{"language": "es-US", "voice": "lola"}]
