"""One spelling for a text, however it is written. Pure."""

import unicodedata


def folded(text: str) -> str:
    """A text in lower case and without accents; figures of other scripts stay as they are."""
    marks = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in marks if not unicodedata.combining(mark))
