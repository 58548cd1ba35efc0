"""Common endings of words, by language: how a word of a cue may be bent when it is said. Data.

For a word that ends so, the forms that it also counts in, where ~ is the word without that ending. Accents are folded.
Rough on purpose: a form that does not exist is never said, and one that is another word raises a mark that a person
looks at. English has its own rule in `cues.forms`, since it doubles letters.
"""

from flows.engine.values import value

SHORTEST_STEM = 3  # letters


@value
class Ending:
    """What a word ends with, and its other forms."""

    ends: str
    forms: tuple[str, ...]


def _table(*rows: tuple[str, str]) -> tuple[Ending, ...]:
    return tuple(Ending(ends=ends, forms=tuple(forms.split())) for ends, forms in rows)


_ES_ER_IR = "~o ~es ~e ~en ~a ~as ~an ~i ~io ~imos ~ia ~ian ~ido ~ida ~idos ~idas ~iendo"
ENDINGS: dict[str, tuple[Ending, ...]] = {
    "es": _table(
        ("ar", "~o ~as ~a ~amos ~an ~e ~es ~en ~aba ~aban ~ado ~ada ~ados ~adas ~ando ~are ~aria ~arlo ~arla ~arme"),
        ("er", f"{_ES_ER_IR} ~emos ~ere ~eria ~erlo ~erla ~erme"),
        ("ir", f"{_ES_ER_IR} ~ire ~iria ~irlo ~irla ~irme"),
        ("cion", "~ciones"),
        ("o", "~a ~os ~as"),
        ("", "~s ~es"),
    ),
    "fr": _table(
        ("er", "~e ~es ~ons ~ez ~ent ~ee ~ees ~ant ~ais ~ait ~aient ~ions ~erai ~era ~erais ~erait"),
        ("ir", "~is ~it ~ie ~ies ~issons ~issez ~issent ~issant ~issait ~irai ~ira ~irais ~irait"),
        ("re", "~s ~ons ~ez ~ent ~u ~ue ~ant ~ait ~rai ~ra ~rais ~rait"),
        ("eur", "~eurs ~euse ~euses ~rice ~rices"),
        ("", "~s ~e ~es ~x"),
    ),
    "de": _table(
        ("en", "~e ~st ~est ~t ~et ~te ~ten ~test ~end ge~t ge~et ge~en"),
        ("eln", "~le ~elst ~elt ~elte ~elten ge~elt"),
        ("ern", "~ere ~erst ~ert ~erte ~erten ge~ert"),
        ("", "~s ~es ~e ~en ~n ~er ~em ~in ~innen"),
    ),
}


def bent(word: str, language: str) -> frozenset[str]:
    """The forms of a folded word in this language; only itself in one that has no table."""
    found = {word}
    for ending in ENDINGS.get(language, ()):
        stem = word.removesuffix(ending.ends)
        if word.endswith(ending.ends) and len(stem) >= SHORTEST_STEM:
            found.update(form.replace("~", stem) for form in ending.forms)
    return frozenset(found)
