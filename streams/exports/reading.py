"""What a person may see, for tables and reports that are made for them."""

from typing import Any

from streams.reports.one_call import Reader


def reader_of(person: Any) -> Reader:
    """What this user may see of calls, as it is now."""
    may = person.has_perm
    return Reader(
        transcript=may("streams.view_transcript"), numbers=may("streams.view_number"), money=may("streams.view_charge")
    )
