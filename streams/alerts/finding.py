"""What a look at one thing brings back."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure of one subject. `subject` is its key, stable over time; `title` and `figure` are words that leave the
    house too: no caller's number, nothing said.

    `level` is the step reached where there are several; a higher one is told anew. `behind` is the query of the list of
    calls that show it, "" for none.
    """

    subject: str
    value: Decimal
    title: str
    figure: str
    level: int = 0
    behind: str = ""
