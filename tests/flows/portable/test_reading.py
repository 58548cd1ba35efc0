"""What a file may say of a flow, and what is told when it says something else."""

import pytest

from flows.portable.outline import Unreadable
from flows.portable.reading import file_of

STEPS = "flow: Line\nsteps:\n"
MENU = STEPS + "  - step: Menu\n    what happens: let callers choose\n"


def complaints(text):
    with pytest.raises(Unreadable) as refused:
        file_of(text)
    return str(refused.value)


def test_kinds_settings_and_exits_are_read_in_the_words_of_the_pages_or_by_their_names():
    file = file_of(
        MENU + "    attempts: 2\n    Wait for the first key: 8 seconds\n    callers may speak: no\n"
        "    end key: '* (star)'\n    when:\n      no-input: Menu\n      no answer fitted: Menu\n"
    )
    step = file.steps[0]
    assert step.settings == {"attempts": 2, "first_key_seconds": 8.0, "speech": False, "terminator": "*"}
    assert step.goes_to == {"no-input": "Menu", "no-match": "Menu"}
    assert file.start == "Menu"


def test_a_half_finished_flow_is_taken():
    assert file_of("flow: Line").steps == ()
    assert file_of(STEPS + "  - step: Hello\n    what happens: say something\n").steps[0].goes_to == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            MENU + "    how offen to ask: 2",
            "Line 5: “how offen to ask” means nothing for the step “Menu”. Did you mean",
        ),
        (MENU + "    how often to ask: twice", "Line 5: Write a number instead of “twice”."),
        (MENU + "    how often to ask: 2.5", "Line 5: Write a whole number."),
        (MENU + "    how often to ask: [2]", "Line 5: A text is wanted here"),
        (MENU + "    callers may speak: perhaps", "Line 5: Write yes or no instead of “perhaps”."),
        (MENU + "    end key: x", "Line 5: “x” cannot be chosen here. Write one of: # (pound)"),
        (MENU + "    then: Menu", "Line 5: There are several ways on from the step “Menu”."),
        (MENU + "    when:\n      bored: Menu", "Line 6: “bored” means nothing"),
        (MENU + "    choices:\n      - label: Sales\n", "Line 6: Write “key:” for this choice."),
        (MENU + f"    choices:\n      - key: 1\n        label: {'x' * 61}\n", "at most 60 characters; it has 61"),
        (MENU + "  - step: Menu\n    what happens: hang up", "“Menu” stands twice under “steps”."),
        (MENU + '    what callers hear: "a\\0b"', "Line 5: This holds characters that nobody can read."),
        (
            STEPS + "  - step: A\n    what happens: say something\n    choices:\n      - label: x",
            "Nothing can be chosen",
        ),
        ("flow: Line\ncalls begin at: Nowhere", "Calls begin at “Nowhere”, and no step has that name."),
        ("flow: Line\nlanguage: Klingon", "“Klingon” is not a language here."),
        ("flow: Line\nid: 7", "Line 2: “id” means nothing for a flow."),
        ("flow: Line\nwaivers:\n  - rule: M01", "Line 3: Write “reason:” for this waiver."),
        (f"flow: Line\nsteps:\n{'  - x' + chr(10)}" * 1, "Names with their values are wanted here"),
        ("flow: Line\nsteps:\n" + "  - step: x\n" * 301, "at most 300 can be kept"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, says):
    assert says in complaints(text)


def test_test_calls_are_lines_of_text_or_a_list():
    lines = ["caller presses 2", "hears billing"]
    head = "flow: Line\ntest calls:\n  - name: Hello\n    lines:"
    block = f"{head} |\n" + "".join(f"      {line}\n" for line in lines)
    rows = f"{head}\n" + "".join(f"      - {line}\n" for line in lines)
    assert file_of(block).tests == file_of(rows).tests
    assert file_of(block).tests[0].lines == "\n".join(lines)
    assert file_of("flow: Line").tests is None


def test_what_a_form_takes_for_a_name_is_read_as_well():
    name = "Caf\u00e9\u00a0\u2013 so\u00adft \U0001f469\u200d\U0001f4bb"
    assert file_of(f"flow: Line\nsteps:\n  - step: {name}\n    what happens: say something\n").steps[0].name == name
