"""What became of everybody on a list, as a table for spreadsheets. Sync."""

from collections.abc import Iterator
from typing import Any

from streams.exports import csv_file
from streams.exports.cells import Holds, hidden
from streams.exports.columns import Row, column
from streams.models import Callee, CallList
from streams.models.outbound import OutboundResult
from streams.reports.one_call import Reader

BATCH = 500
COLUMNS = (
    column("number", Holds.CALLER),
    column("name", needs="numbers"),
    column("state"),
    column("attempts", Holds.NUMBER),
    column("last attempt", Holds.TIME),
    column("how it went"),
    column("why"),
    column("call", Holds.NUMBER),
    column("how the call ended"),
    column("answers", needs="transcript"),
)


def chunks(call_list: CallList, reader: Reader) -> Iterator[bytes]:
    """The file in pieces, with no more than this reader may see."""
    shown = [place for place, each in enumerate(COLUMNS) if not each.needs or getattr(reader, each.needs)]
    rows = ([row[place] for place in shown] for row in _rows(call_list, reader))
    return csv_file.chunks([COLUMNS[place] for place in shown], rows, bom=True)


def _rows(call_list: CallList, reader: Reader) -> Iterator[Row]:
    callees = Callee.objects.filter(call_list=call_list).prefetch_related("attempts__call")
    for callee in callees.iterator(chunk_size=BATCH):
        yield _row(callee, reader)


def _row(callee: Callee, reader: Reader) -> Row:
    attempts = [one for one in callee.attempts.all() if one.result != OutboundResult.NEVER_MADE]
    last = attempts[-1] if attempts else None
    call = last.call if last else None
    return (
        callee.number if reader.numbers else hidden(callee.number),
        callee.name,
        callee.get_state_display(),
        len(attempts),
        last.ordered_at if last else None,
        last.get_result_display() if last else "",
        callee.problem,
        call.pk if call else None,
        call.outcome if call else "",
        _in_words(call.state.get("answers") if call and call.state else {}),
    )


def _in_words(answers: Any) -> str:
    return "; ".join(f"{name}: {said}" for name, said in answers.items()) if isinstance(answers, dict) else ""
