from streams.audio import mulaw
from streams.phone.ear import Ear, Heard
from tests.streams.phone.site import prompt

WELCOME, BILLING = prompt(1.0, 1), prompt(0.5, 2)
PROMPTS = {"Welcome.": WELCOME, "For billing press 1.": BILLING}


def hear(ear, audio):
    """Everything that is heard while this is played in frames."""
    heard = []
    for at in range(0, len(audio), mulaw.FRAME):
        heard += ear.hear(audio[at : at + mulaw.FRAME])
    return heard


def texts(heard):
    return [(one.text, one.whole) for one in heard]


def test_a_prompt_is_heard_when_it_was_played_to_its_end():
    ear = Ear(PROMPTS)
    assert hear(ear, WELCOME[:-10]) == []
    assert texts(ear.hear(WELCOME[-10:])) == [("Welcome.", True)]


def test_prompts_that_follow_each_other_are_told_apart_whatever_silence_is_between():
    ear = Ear(PROMPTS)
    audio = mulaw.silence(30) + WELCOME + BILLING + mulaw.silence(100) + WELCOME
    assert texts(hear(ear, audio)) == [("Welcome.", True), ("For billing press 1.", True), ("Welcome.", True)]


def test_of_two_prompts_that_begin_alike_the_longer_one_is_heard_if_it_was_played():
    prompts = {"You said": WELCOME, "You said yes": WELCOME + BILLING}
    assert texts(hear(Ear(prompts), WELCOME + BILLING)) == [("You said yes", True)]
    ear = Ear(prompts)
    assert hear(ear, WELCOME) == []
    assert texts(ear.end()) == [("You said", True)]
    ear = Ear(prompts)
    assert texts(hear(ear, WELCOME + prompt(0.3, 7)) + ear.end()) == [("You said", True), (None, True)]


def test_a_prompt_that_is_cut_short_is_heard_in_part():
    ear = Ear(PROMPTS)
    hear(ear, WELCOME[:4000])
    assert ear.end() == [Heard("Welcome.", 0.5, whole=False)]
    assert texts(hear(ear, BILLING)) == [("For billing press 1.", True)]


def test_other_speech_is_told_by_its_seconds_when_it_ends():
    ear = Ear(PROMPTS)
    assert hear(ear, prompt(2.0, 9)) == []
    assert ear.end() == [Heard(None, 2.0)]
    assert ear.end() == []


def test_a_pause_ends_speech_but_a_late_chunk_does_not():
    ear = Ear(PROMPTS, pause_seconds=0.2)
    hear(ear, WELCOME[:4000])
    for _ in range(9):
        assert ear.hear(b"") == []
    assert texts(hear(ear, WELCOME[4000:])) == [("Welcome.", True)]
    hear(ear, prompt(1.0, 9))
    heard = [one for _ in range(20) for one in ear.hear(b"")]
    assert texts(heard) == [(None, True)]


def test_silence_is_not_heard():
    ear = Ear({**PROMPTS, "": b"", "nothing": mulaw.silence(200)})
    assert hear(ear, mulaw.silence(2000)) + ear.end() == []
