"""One call as plain text, for a terminal."""

import unicodedata
from collections.abc import Iterator

from streams.reports.one_call import OneCall

WIDE = 26  # of the column of names


def plain(shown: OneCall) -> Iterator[str]:
    """The record of a call, line by line. What callers said cannot steer the terminal."""
    for line in _lines(shown):
        yield "".join(sign if unicodedata.category(sign)[0] != "C" else "�" for sign in line)


def costs(shown: OneCall) -> Iterator[str]:
    """What it cost alone, line by line."""
    yield "What it cost"
    for cost in shown.costs:
        yield f"  {cost.amount:>10}  {cost.title}  ({cost.status}, {cost.basis})"
        for part in cost.parts:
            if part.counted:
                yield f"  {'':>10}  {part.amount:>10}  {part.counted}"
    yield f"  {shown.total:>10}  together"


def _lines(shown: OneCall) -> Iterator[str]:
    call = shown.call
    yield f"Call of {call.began_at:%Y-%m-%d %H:%M:%S} UTC, {shown.caller or 'no number'} to {shown.called}"
    yield f"  outcome    {shown.outcome}"
    yield f"  flow       {call.line}"
    yield f"  lasted     {shown.lasted}"
    if shown.why:
        yield f"  ended      {shown.why}"
    if shown.state:
        yield f"  record     {shown.state}"
    yield ""
    yield "What happened"
    for row in shown.story:
        small = " · ".join(part for part in (row.note, row.used) if part)
        yield f"  {row.at:>7}  {row.who:<{WIDE}}  {row.what}{f'  ({small})' if small else ''}"
    yield ""
    for mishap in shown.mishaps:
        yield f"{mishap.job} at {mishap.step}"
        for failure in mishap.failures:
            yield f"  {failure.clock:>7}  {failure.engine}: {failure.why}{_times(failure.times)}"
        yield f"  {mishap.then}{f' ({mishap.delay})' if mishap.delay else ''}"
        yield ""
    yield "What was said"
    for sentence in shown.unwritten:
        yield f"  {sentence}"
    for said in shown.said:
        yield f"  {said.who:<7}  {said.text}"
    yield ""
    yield "In short"
    if shown.summary:
        yield f"  {shown.summary.text}"
        yield f"  intent {shown.summary.intent or 'none'}, mood {shown.summary.mood or 'none'}"
        if shown.summary.topics:
            yield f"  about {', '.join(shown.summary.topics)}"
        yield f"  written by {shown.summary.written_by}"
    else:
        yield "  No summary yet."
    for left in shown.left:
        yield f"  {left.what} ({left.state}): {left.text}"
    yield ""
    yield from costs(shown)


def _times(times: int) -> str:
    return f" ({times} times in a row)" if times > 1 else ""
