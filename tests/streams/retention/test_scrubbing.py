"""A line of a log without its words."""

from hypothesis import given
from hypothesis import strategies as st

from streams.log_lines import HIDDEN
from streams.retention.scrubbing import KEPT, scrubbed
from tests.properties import examples

SECRET = "Zanzibar 739164"
NAMES = st.sampled_from(
    ["text", "texts", "digit", "answers", "arguments", "what", "why", "meaning", "said", "anything", "name", "title"]
)
SAYS = st.recursive(
    st.just(SECRET), lambda part: st.lists(part, min_size=1) | st.dictionaries(st.text(), part, min_size=1)
)


@examples(15)
@given(st.dictionaries(NAMES, SAYS), st.sampled_from(["utterance", "answer", "tool_asked", "error", "prompt_started"]))
def test_no_word_of_a_caller_is_left(data, kind):
    assert SECRET not in str(scrubbed(kind, data))


@examples(15)
@given(st.dictionaries(st.sampled_from(sorted(KEPT)), st.lists(st.just(SECRET), min_size=1)))
def test_a_list_or_a_table_is_never_kept_whatever_its_name(data):
    assert scrubbed("left", data) == {}


def test_what_happened_stays():
    assert scrubbed("left", {"outcome": "1", "goes_to": "bye"}) == {"outcome": "1", "goes_to": "bye"}
    used = {"engine": "openai", "model": "m", "unit": "seconds", "quantity": 2.5, "estimated": True}
    assert scrubbed("used", used) == used
    assert scrubbed("note_kept", {"what": "callback"}) == {"what": "callback"}
    heard = {"who": "caller", "began": 1.0, "ended": 2.0, "stream": "s", "confidence": 0.9}
    assert scrubbed("overheard", {**heard, "text": "my drill"}) == heard
    assert scrubbed("cue", {"cue": "cancel", "name": "Wants to cancel", "who": "caller", "text": "x"}) == {
        "cue": "cancel", "name": "Wants to cancel", "who": "caller"
    }  # fmt: skip
    assert scrubbed("mood", {"who": "caller", "mood": "unhappy", "topics": ["x"], "score": -1.0}) == {"who": "caller"}
    assert scrubbed("error", {"what": "a prompt could not be rendered"}) == {}


def test_a_key_stays_a_key_and_nobody_knows_which():
    assert scrubbed("key", {"digit": "7"}) == {"digit": HIDDEN}


@examples(15)
@given(st.dictionaries(NAMES | st.sampled_from(sorted(KEPT)), SAYS | st.integers() | st.booleans()))
def test_scrubbing_twice_changes_nothing_more(data):
    once = scrubbed("key", data)
    assert scrubbed("key", once) == once
