from flows.engine.telling import TOLD_CHARACTERS, quoted, said


def test_a_long_text_is_cut_for_the_sentence_about_it():
    told = quoted("word " * 100)
    assert len(told) == TOLD_CHARACTERS + 2
    assert told.endswith("…”")


def test_a_text_of_many_lines_is_told_on_one():
    assert quoted("For billing,\n  press 1.") == "“For billing, press 1.”"


def test_words_that_nobody_understood_are_told_as_such():
    assert said("my cat") == "said “my cat”"
    assert said("uh") == said("") == "said something that was not understood"
