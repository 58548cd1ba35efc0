import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.cascade.sentences import LONGEST, Sentences, split


def parts(text):
    return [part.strip() for part in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["We open at nine.", "We close at five."],
        ["Really?", "Yes!", "Good."],
        ["It costs $1,200 or 3.5 percent more.", "Is that fine?"],
        ["Dr. Smith and Mrs. J. R. Jones are in.", "Who do you want?"],
        ["We close at 5 p.m. on Fridays.", "Saturdays too."],
        ["We close at 5 p.m.", "On Sundays we are closed."],
        ["It is in room No. 5 on the left.", "Good luck."],
        ["No.", "That is not right."],
        ["Bring paper, pens, etc. with you.", "Bye."],
        ["Well... let me see.", "Here it is."],
        ["Well…", "Here it is."],
        ["He said “stop.”", "Then he left."],
        ["Use e.g. the keypad, i.e. the keys.", "Go on."],
        ["Version 2.0.1 is out.", "See example.com for it."],
        ["1. Press one.", "2. Press two."],
        ["Bonjour !", "Ça va ?", "Oui."],
        ["¿Qué tal?", "¡Bien!", "Sí, Sr. García."],
        ["Das ist z.B. gut.", "Oder nicht?"],
        ["我们九点开门。", "五点关门！", "你好吗？"],
        ["「はい。」", "そうです。"],
        ["متى تفتحون؟", "التاسعة."],
        ["What?!", "No!!!", "Yes."],
        ["So do I.", "Then we agree."],
        ["Call extension 5.", "Thanks."],
    ],
)
def test_a_text_comes_apart_at_its_sentences(sentences):
    glue = "" if any(mark in sentences[0] for mark in "。」") else " "
    assert parts(glue.join(sentences)) == sentences


def test_lines_are_sentences():
    assert parts("Hours\nMonday: nine to five\n\n- Sunday: closed") == [
        "Hours",
        "Monday: nine to five",
        "- Sunday: closed",
    ]


def test_a_long_first_sentence_begins_with_a_clause_and_later_ones_wait():
    first = "That depends on when you bought it, and whether you still have the receipt with you today."
    assert parts(first)[0] == "That depends on when you bought it,"
    assert parts(f"Good. {first}") == ["Good.", first]


def test_a_clause_is_spoken_before_its_sentence_is_written():
    sentences = Sentences()
    assert sentences.add("That depends on when you bought it, and whether you have") == []
    assert sentences.add(" the receipt") == ["That depends on when you bought it, "]


def test_a_short_sentence_is_sure_once_the_next_has_begun():
    sentences = Sentences()
    assert sentences.add("It is 3.") == []
    assert sentences.add("5 miles.") == []
    assert sentences.add(" ") == []
    assert sentences.add("N") == ["It is 3.5 miles. "]
    assert sentences.finish() == "N"
    assert sentences.finish() == ""


def test_no_piece_is_endless():
    assert max(map(len, split("word " * 400))) <= LONGEST
    assert max(map(len, split("x" * 4000))) <= LONGEST


TEXTS = st.text(alphabet=st.one_of(st.sampled_from(' .,!?…。，\n"”)*1aB'), st.characters()), max_size=400) | st.lists(
    st.sampled_from(["Hello", "Mr.", "3.5", "no.", "p.m.", "you", "!", "\n", " ", "。", "why?", ",", "Then", "…"])
).map(" ".join)


@given(text=TEXTS, data=st.data())
def test_nothing_is_lost_nothing_comes_twice_and_pieces_make_no_difference(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    sentences, found = Sentences(), []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        found += sentences.add(text[start:end])
    found.append(sentences.finish())
    assert "".join(found) == text
    assert [part for part in found if part] == split(text)
    assert all(len(part) <= LONGEST for part in found[:-1])
