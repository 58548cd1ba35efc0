import pytest

from streams.phone.far_end import FarEnd
from streams.phone.script import Ends, HangsUp, Hears, Presses, Says, ScriptError, Waits, parse

WHOLE = """
# A comment.
call +14155550199 from +14155550142

hears "Thanks for calling"
  presses 12*#
says “billing”
waits 1.5s
hears speech within 5s
hears "more" within 2.5 s
dial +14155550123 answers after 2s, talks 4s
dial +14155550124 answers after 1s
dial +14155550125 busy
dial +14155550126 no answer
ends "transferred" within 9s
ends
hangs up
"""


def test_a_script_is_read_line_by_line():
    script = parse(WHOLE)
    assert (script.number, script.caller) == ("+14155550199", "+14155550142")
    assert [line.act for line in script.lines] == [
        Hears("Thanks for calling"),
        Presses("12*#"),
        Says("billing"),
        Waits(1.5),
        Hears(None, 5.0),
        Hears("more", 2.5),
        Ends("transferred", 9.0),
        Ends(""),
        HangsUp(),
    ]
    assert script.lines[0].number == 5
    assert script.far_ends == {
        "+14155550123": FarEnd("answer", 2.0, 4.0),
        "+14155550124": FarEnd("answer", 1.0),
        "+14155550125": FarEnd("busy"),
        "+14155550126": FarEnd("no-answer"),
    }


@pytest.mark.parametrize(
    "line", ["press 1", "presses one", "hears", 'hears "open', "waits", "dial +1", "call", "says hi"]
)
def test_a_line_that_means_nothing_is_named_with_what_a_line_may_be(line):
    with pytest.raises(ScriptError, match="Line 2, .* is nothing that a caller does. A line is one of"):
        parse(f"# first\n{line}")
