"""What callers hear before their call is recorded."""

from dataclasses import replace

import pytest

from flows.engine.languages import Language
from flows.engine.problems import problems
from flows.engine.recording import NOT_RECORDED, NOTICE, OBJECTING, Recording, said_before, texts, usual_notice
from flows.engine.snapshot import dump, load
from tests.builders import flow_of

PLAIN = flow_of(bye=("hang_up", "Goodbye."))


def recording(notice=NOTICE, *codes, may_object=True, **languages):
    further = tuple(Language(code=code, notice=languages.get(code[:2], "")) for code in codes)
    made = replace(PLAIN, recording=Recording(notice=notice, may_object=may_object), languages=further)
    return replace(made, translated={code: {} for code in codes})


def about_notices(flow):
    return [(p.field, p.sentence) for p in problems(flow) if p.step == ""]


def test_a_flow_that_records_nothing_says_nothing_and_its_snapshot_tells_nothing_new():
    assert (list(said_before(PLAIN)), texts(PLAIN)) == ([], [])
    assert not {"recording", "keeps_transcripts"} & dump(PLAIN).keys()


@pytest.mark.parametrize(
    "flow", [recording(), recording("We record.", may_object=False), recording(NOTICE, "es-US", es="G.")]
)
def test_a_flow_that_records_goes_through_its_snapshot(flow):
    again = load(dump(flow))
    assert (again.recording, again.languages) == (flow.recording, flow.languages)
    assert load(dump(replace(flow, keeps_transcripts=False))).keeps_transcripts is False


def test_the_notice_is_followed_by_how_to_object_in_each_language():
    assert list(said_before(recording(NOTICE, "es-US"))) == [
        ("", NOTICE),
        ("", OBJECTING),
        ("es-US", "Esta llamada se graba."),
        ("es-US", "Si no lo desea, oprima ahora el 9."),
    ]


def test_the_other_english_hears_the_usual_notice_in_its_own_voice():
    assert [code for code, _ in said_before(recording(NOTICE, "en-GB", may_object=False))] == ["", "en-GB"]


def test_what_is_made_at_publishing_holds_the_answer_to_an_objection():
    assert texts(recording()) == [NOTICE, OBJECTING, NOT_RECORDED]
    assert texts(recording(may_object=False)) == [NOTICE]


def test_an_empty_notice_is_a_problem_of_the_line():
    assert about_notices(recording(" ")) == [
        (
            "recording_notice",
            "Calls are recorded, so callers must be told. Write what they hear first, or do not record calls.",
        )
    ]


def test_a_notice_that_somebody_wrote_must_be_written_in_every_language():
    assert [field for field, _ in about_notices(recording("We record.", "es-US"))] == ["further"]
    assert about_notices(recording("We record.", "es-US", es="Grabamos.")) == []
    assert about_notices(recording(NOTICE, "es-US")) == []


@pytest.mark.parametrize("code", ["en-US", "en-GB", "es-MX", "fr-CA", "de-DE"])
def test_every_language_on_offer_has_a_usual_notice(code):
    assert usual_notice(code)
    assert (usual_notice(code) == NOTICE) is code.startswith("en")
