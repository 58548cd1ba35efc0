"""Parts of a file about the line itself: languages by their names, yes or no, and what is kept of its calls."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from flows.engine.languages import LANGUAGES as KNOWN
from flows.engine.languages import Language
from flows.engine.recording import Recording
from flows.portable import wording
from flows.portable.outline import Part
from flows.portable.taking import Taking, folded


def language_named(said: str) -> str:
    """The code of the language that is meant; "" where there is none."""
    return next((code for code, each in KNOWN.items() if folded(said) in map(folded, (code, each.name))), "")


def in_languages(taking: Taking, before: str) -> dict[str, Part]:
    """What stands here for further languages, under names that begin so, by language."""
    found = {}
    for said, part in taking.parts(before):
        if code := language_named(said.text):
            found[code] = part
        else:
            taking.unknown(said, [each.name for each in KNOWN.values()])
    return found


def truth(taking: Taking, name: str, *, usual: bool) -> bool:
    """What is said with yes or no; `usual` where nothing is."""
    part = taking.part(name)
    return usual if part is None else taking.attempt(lambda: wording.truth(wording.text_of(part), part.line), usual)


def what_is_kept(taking: Taking, further: Iterable[Language]) -> dict[str, Any]:
    """Recording with its notices, and transcripts."""
    records, notice = truth(taking, "records calls", usual=False), taking.text("callers hear first", longest=500)
    notices = {
        code: taking.attempt(partial(wording.text_of, part, 500), "").strip()
        for code, part in in_languages(taking, "callers hear first in").items()
    }
    may_object = truth(taking, "callers may object", usual=True)
    return {
        "recording": Recording(notice=notice, may_object=may_object) if records else None,
        "keeps_transcripts": truth(taking, "keeps transcripts", usual=True),
        "languages": tuple(replace(each, notice=notices.get(each.code, "")) for each in further),
    }
