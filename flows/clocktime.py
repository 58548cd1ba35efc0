"""Times of the day as people type them: 9, 9:30, 17.30, 930, 5 pm, noon. Pure."""

import re

TYPED = re.compile(r"(\d{1,2})(?:[:.h]?(\d\d))?(?::00)? ?([ap])?(?:\.?m\.?)?", re.IGNORECASE)
SAID = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
MIDNIGHT, END_OF_DAY = "00:00", "24:00"


def clock_time(text: str) -> str:
    """The time as HH:MM, up to 24:00; "" when this is none."""
    said = " ".join(text.split()).casefold()
    if said in SAID:
        return SAID[said]
    found = TYPED.fullmatch(said)
    if not found or (said.endswith(("m", "m.")) and not found[3]):
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return f"{hour:02}:{minute:02}" if minute < 60 and (hour, minute) <= (24, 0) else ""


def closing_time(text: str) -> str:
    """The same for when something ends: midnight is the end of the day."""
    found = clock_time(text)
    return END_OF_DAY if found == MIDNIGHT else found
