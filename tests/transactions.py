"""What transactions write, so that tests can say how much one may: whoever calls meanwhile waits for each of them."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.transaction import Atomic

WRITE = re.compile(r'\s*(?:(INSERT|REPLACE)\b.*?\bINTO|UPDATE|DELETE FROM) "(\w+)"(?: \(([^)]*)\))?', re.DOTALL)

Written = Counter[str]


@contextmanager
def transactions() -> Iterator[list[Written]]:
    """Rows written within, by table: a counter for each transaction, in which a test's own one does not count. What is
    written outside of any has one of its own."""
    found: list[Written] = []
    depth = 0
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entering(self: Atomic) -> None:
        nonlocal depth
        if not depth:
            found.append(Written())
        depth += 1
        enter(self)

    def leaving(self: Atomic, *how: Any) -> None:
        nonlocal depth
        depth -= 1
        leave(self, *how)

    def watch(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if write := WRITE.match(sql):
            inserts, table, columns = write.groups()
            rows = _inserted(params, columns) if inserts else max(context["cursor"].rowcount, 0)
            if not depth:
                found.append(Written())
            found[-1][table] += rows
        return result

    with (
        patch.object(Atomic, "__enter__", entering),
        patch.object(Atomic, "__exit__", leaving),
        connection.execute_wrapper(watch),
    ):
        yield found


def _inserted(params: Any, columns: str | None) -> int:
    """By the values and the columns: a statement that gives rows back has not counted them yet."""
    if not params or not columns:
        return 1
    first = params[0]
    return len(first) if isinstance(first, list) else max(len(params) // len(columns.split(", ")), 1)
