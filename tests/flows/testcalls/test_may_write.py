"""What people are told that they may write can be read."""

from flows.testcalls.language import parse
from flows.testcalls.may_write import MAY_WRITE


def test_every_line_of_the_help_can_be_read():
    for _, rows in MAY_WRITE:
        for line, _ in rows:
            assert parse(line), line
