"""Answers as other languages than English say them, for a voice that reads them during the call. Pure.

Numbers stay numerals: every voice reads those in its own way. English is put together from words that are rendered
beforehand (`spoken_answers`).
"""

from collections.abc import Mapping
from datetime import date

YES_AND_NO: Mapping[str, tuple[str, str]] = {"es": ("sí", "no"), "fr": ("oui", "non"), "de": ("ja", "nein")}
MONTHS: Mapping[str, tuple[str, str]] = {  # how a day is said, and the months
    "es": (
        "{} de {}",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    "fr": ("{} {}", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "de": ("{}. {}", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
}


def is_english(language: str) -> bool:
    """Whether the words that are rendered beforehand may be said; "" is a flow's own language."""
    return not language or _family(language) == "en"


def yes_or_no_in(language: str, said: str) -> str:
    """“yes” or “no” in this language."""
    yes, no = YES_AND_NO.get(_family(language), ("yes", "no"))
    return yes if said == "yes" else no


def day_in(language: str, day: date, *, with_year: bool) -> str:
    """A day in words that a voice of this language reads well."""
    form, months = MONTHS.get(_family(language), ("{}/{}", " ".join(map(str, range(1, 13)))))
    said = form.format(day.day, months.split()[day.month - 1])
    return f"{said} {day.year}" if with_year else said


def _family(language: str) -> str:
    return language.partition("-")[0].lower()
