"""The lines of a file: nothing is ever more than text, and nothing gets lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.portable import outline
from flows.portable.outline import Fields, Rows, Text, Unreadable

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n #:*-'\""), max_size=60)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(1, 30))
def test_what_is_written_is_read_back(texts, times):
    whole = outline.read(outline.write({"texts": [text * times for text in texts]}))
    assert isinstance(whole, Fields)
    rows = whole.fields[0][1]
    assert isinstance(rows, Rows)
    assert [row.text for row in rows.rows] == [text * times for text in texts]


@pytest.mark.parametrize("bare", ["no", "on", "10:30", "+14155550123", "1.0", "0123", "2026-12-25", "null", "~"])
def test_a_bare_text_is_what_stands_there(bare):
    assert outline.read(f"value: {bare}").fields[0][1].text == bare
    assert outline.write({"value": bare}) == f"value: {bare}\n"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("a: &bomb x\nb: *bomb", "Line 1: A text that begins with *, & or !"),
        ("a: !!python/object/apply:os.system [ls]", "Line 1: A text that begins with *, & or !"),
        ("a: 1\na: 2", "Line 2: “a” stands here twice"),
        ("a: b: c", "Line 1: This cannot be read"),
        ("a: press # to go on", "Line 1: What follows the # would not be read"),
        ("---\na: 1\n---\nb: 2", "Line 3: A second file begins here"),
        ("[" * 1000, "Line 1: This is indented more deeply"),
        ("- x\n" * 30_000, "more parts than any flow"),
        ("x" * 400_000, "This file is too large"),
        ("\0", "not a text file"),
        ("? [a]\n: b", "Line 1: The name of a part is a plain text."),
    ],
)
def test_what_is_no_plain_text_is_refused_with_its_line(file, says):
    with pytest.raises(Unreadable) as refused:
        outline.read(file)
    assert says in str(refused.value)


def test_an_empty_file_is_an_empty_text():
    assert outline.read("# nothing but a remark\n") == Text("")
