"""From text as a model writes it to sentences that can be spoken one by one, each as early as it is sure. Pure.

Nothing is lost and nothing comes twice: the sentences, joined, are the text, whatever the pieces it came in. When one
is sure does not depend on the pieces either. A sentence is sure once the next one has begun, since "3." may become
"3.5" and "p." may become "p.m.".
"""

import re

FIRST = 60  # characters: a first sentence that gets longer is begun with a clause, so that the caller hears something
LONGEST = 240  # characters of any piece, about a quarter of a minute
LEAST_CLAUSE = 15  # a shorter beginning sounds torn off

ENDS = ".!?…。！？｡؟।۔"
WIDE_ENDS = "。！？｡"  # no space follows these
CLAUSES = ",;:—–、，；：،؛"
WIDE_CLAUSES = "、，；：—"
CLOSERS = "\"'”’»›)]）」』】*_"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that end in a point and end no sentence; those of the second kind may end one, when a capital follows; those of
# the third end one unless a number follows.
TITLES = _words(
    "mr mrs ms dr prof st sr sra hr fr mme mlle gen sen rep rev gov capt lt col sgt "
    "e.g i.e z.b d.h u.a ca vs cf resp ul al bd av ing dott dña ud uds"
)
EITHER = _words(
    "a.m p.m etc inc ltd co corp jr bros u.s u.k e.u usw bzw ext tel ave blvd rd ph.d min max approx dept est "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
)
NUMBERED = _words("no nr nos num vol fig art pp p ch sec núm nº")

_END = re.compile(
    rf"(?:[{WIDE_ENDS}]+[{ENDS}]*[{re.escape(CLOSERS)}]*\s*|[{ENDS}]+[{re.escape(CLOSERS)}]*\s+|\s*\n\s*)"
)
_CLAUSE = re.compile(rf"[{CLAUSES}][{re.escape(CLOSERS)}]*\s+|[{WIDE_CLAUSES}]\s*")
_LAST_WORD = re.compile(r"[^\s(\[\"“«]*$")


class Sentences:
    """One reply on its way from pieces to sentences."""

    def __init__(self) -> None:
        self._rest = ""
        self._first = True

    def add(self, piece: str) -> list[str]:
        """A further piece; returns the sentences that are sure by now, with the space that follows each."""
        self._rest += piece
        found = []
        while end := _end(self._rest, self._first):
            found.append(self._rest[:end])
            self._rest, self._first = self._rest[end:], False
        return found

    def finish(self) -> str:
        """The text is whole: what remains of it, "" when nothing does."""
        rest, self._rest = self._rest, ""
        return rest


def split(text: str) -> list[str]:
    """A whole text as sentences."""
    sentences = Sentences()
    return [part for part in (*sentences.add(text), sentences.finish()) if part]


def _end(text: str, first: bool) -> int:
    """Where the first sentence of a text ends, behind the space that follows it; 0 while that is not sure."""
    limits = (FIRST, LONGEST) if first else (LONGEST,)
    for limit in limits:
        sentence = _sentence(text, limit)
        if sentence:
            return sentence
        if len(text) > limit and (cut := _cut(text[:limit], limit == LONGEST)):
            return cut
    return 0


def _sentence(text: str, limit: int) -> int:
    for found in _END.finditer(text):
        end = found.end()
        if end > limit or end == len(text):
            return 0
        if text[:end].strip() and _is_end(text[: found.start()], found[0], text[end]):
            return end
    return 0


def _is_end(before: str, mark: str, following: str) -> bool:
    """Whether this mark ends a sentence. `following` is the first letter of what comes next."""
    if "\n" in mark or mark.strip(CLOSERS + " \t") not in (".", "..", "...", "…"):
        return True
    if mark.strip(CLOSERS + " \t") != ".":
        return not following.islower()
    word = _LAST_WORD.search(before)
    last = word[0].lower() if word else ""
    if last in TITLES or (last in NUMBERED and following.isdigit()):
        return False
    if last.isdigit() and before.strip() == last:
        return False  # the number of a line in a list
    if last in EITHER:
        return following.isupper()
    return len(last) != 1 or not last.isalpha() or last == "i"


def _cut(text: str, must: bool) -> int:
    """Where a text that is too long may be parted: behind a clause, or when it must be, at a space, or anywhere."""
    clauses = [found.end() for found in _CLAUSE.finditer(text) if LEAST_CLAUSE <= found.end() < len(text)]
    if clauses or not must:
        return clauses[-1] if clauses else 0
    spaces = [found.end() for found in re.finditer(r"\s+", text) if found.end() < len(text) and text[: found.start()]]
    return spaces[-1] if spaces else len(text)
