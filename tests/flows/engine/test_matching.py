import pytest

from flows.engine.matching import PERSON_WORDS, Choices, match, spoken_keys, without, words

OFFICE = Choices(
    phrases={
        "1": ("Billing", "invoice", "my bill"),
        "2": ("Technical support", "support"),
        "3": ("Electric bill",),
        "person": PERSON_WORDS,
    },
    keys={"1": "1", "2": "2", "3": "3", "0": "person", "24": "2", "*": "3"},
)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("billing", "1"),
        ("Billing!", "1"),
        ("  BILLING,  please. ", "1"),
        ("uh billing", "1"),
        ("I have a question about my bill", "1"),
        ("technical support please", "2"),
        ("it's for support", "2"),
        ("my electric bill", "3"),  # the longer phrase is what was meant, not “bill”
        ("one", "1"),
        ("press two", "2"),
        ("option number three", "3"),
        ("two four", "2"),
        ("24", "2"),
        ("star", "3"),
        ("zero", "person"),
        ("operator", "person"),
        ("get me a real person", "person"),
        ("a HUMAN", "person"),
        ("twenty four", "2"),
        ("billings", "1"),
    ],
)
def test_what_is_meant_is_understood(said, outcome):
    assert match(said, 1.0, OFFICE) == outcome


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "please",
        "uh",
        "weather",
        "technical",  # half of a phrase
        "billing or support",  # two choices
        "a person for billing",
        "not billing",
        "I don't want billing",
        "no support",
        "one two",  # keys that nobody offers
        "nine",
        "one moment",  # a number within other words is no key
        "１２３" * 50,
        "'; drop table steps; --",
        "\x00\x07",
        "double",
    ],
)
def test_doubt_is_no_match_and_never_a_guess(said):
    assert match(said, 1.0, OFFICE) is None


@pytest.mark.parametrize(("confidence", "outcome"), [(0.39, None), (0.4, "1"), (float("nan"), None), (-1.0, None)])
def test_words_of_little_confidence_do_not_count(confidence, outcome):
    assert match("billing", confidence, OFFICE) == outcome


def test_a_phrase_of_two_choices_chooses_neither():
    both = Choices(phrases={"1": ("Paris",), "2": ("paris",)}, keys={"1": "1"})
    assert match("paris", 1.0, both) is None
    assert match("Paris please", 1.0, both) is None


def test_a_phrase_of_fillers_alone_matches_nothing():
    assert match("anything at all", 1.0, Choices(phrases={"1": ("please", "", "!?")})) is None


def test_a_label_with_a_negation_can_be_said_whole():
    no_power = Choices(phrases={"1": ("No power",), "2": ("Power bill",)})
    assert match("there is no power", 1.0, no_power) == "1"


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("four two", "42"),
        ("oh four", "04"),
        ("double four two", "442"),
        ("triple oh", "000"),
        ("my number is 4 2", "42"),
        ("42 seventeen", "4217"),
        ("four or five", ""),
        ("double", ""),
        ("double double four", ""),
        ("four double", ""),
        ("double the four", ""),
        ("", ""),
    ],
)
def test_spoken_digits_count_only_when_nothing_else_is_said(said, keys):
    assert spoken_keys(said) == keys


def test_accents_and_apostrophes_make_no_difference():
    assert words("Café, don’t") == words("cafe dont") == ("cafe", "dont")


def test_everything_that_may_be_said_is_listed_once():
    sayable = OFFICE.sayable()
    assert {"Billing", "my bill", "one", "two four", "star", "zero", "operator"} <= set(sayable)
    assert len({words(phrase) for phrase in sayable}) == len(sayable)


def test_a_word_that_a_builder_took_no_longer_means_a_person():
    assert "agent" not in without(PERSON_WORDS, ["Agent!"])
    assert "operator" in without(PERSON_WORDS, ["Agent!"])
