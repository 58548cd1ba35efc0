"""What events, commands and facts are made of: immutable values, compared by what they hold, built by keyword."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value  # type checkers follow this name, not one made by a call
else:
    value = dataclass(frozen=True, slots=True, kw_only=True)

__all__ = ["value"]
