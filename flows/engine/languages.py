"""The languages that a flow can be heard in: what they are called, and what callers say for them. Pure."""

from collections.abc import Iterable

from flows.engine.values import value


@value
class Language:
    """A further language of a flow, the voice that reads it ("" the usual one), and its notice of recording."""

    code: str
    voice: str = ""
    notice: str = ""


@value
class Known:
    """A language on offer: its name in English, its name for itself, and what callers call it."""

    name: str
    own: str
    words: tuple[str, ...] = ()


ENGLISH = ("English", "inglés", "anglais", "Englisch")
SPANISH = ("Spanish", "español", "espanol", "castellano")
FRENCH = ("French", "français", "francais")
GERMAN = ("German", "Deutsch")

LANGUAGES: dict[str, Known] = {
    "en-US": Known(name="English (United States)", own="English", words=ENGLISH),
    "en-GB": Known(name="English (United Kingdom)", own="English", words=ENGLISH),
    "es-US": Known(name="Spanish (United States)", own="Español", words=SPANISH),
    "es-MX": Known(name="Spanish (Mexico)", own="Español", words=SPANISH),
    "es-ES": Known(name="Spanish (Spain)", own="Español", words=SPANISH),
    "fr-FR": Known(name="French (France)", own="Français", words=FRENCH),
    "fr-CA": Known(name="French (Canada)", own="Français", words=FRENCH),
    "de-DE": Known(name="German (Germany)", own="Deutsch", words=GERMAN),
}


def known(code: str) -> Known:
    """What is known of a language; a language that is not on offer any more goes by its code."""
    return LANGUAGES.get(code) or Known(name=code, own=code, words=(code,))


def short_name(code: str) -> str:
    """A language without its country: “Spanish”."""
    return known(code).name.split(" (")[0]


def base(code: str) -> str:
    """The language whatever the country: es for es-MX."""
    return code.split("-")[0].lower()


def read(rows: Iterable[dict[str, str]]) -> tuple[Language, ...]:
    """The further languages of a flow as they are stored."""
    return tuple(
        Language(code=row["language"], voice=row.get("voice", ""), notice=row.get("notice", "")) for row in rows
    )


def written(languages: Iterable[Language]) -> list[dict[str, str]]:
    """The same, to be stored."""
    return [
        {"language": each.code, "voice": each.voice, **({"notice": each.notice} if each.notice else {})}
        for each in languages
    ]
