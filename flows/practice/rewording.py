"""Words put in another order or left out, by fixed patterns alone: what fits none is left as a person wrote it."""

import re

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
A_KEY = rf"(?:[0-9*#]|{'|'.join(NUMBERS)}|zero|star|pound|hash)"
# One whole choice, such as “press 1 for billing”; nothing in it that could begin another thought.
KEY_FIRST = re.compile(
    rf"(?:(?:and|or|please) )*press (?P<the>the )?(?P<key>{A_KEY})(?P<word> key)? (?P<what>(?:for|to) [^,;:.?!]+)",
    re.IGNORECASE,
)
MORE = re.compile(r"\b(press|say|and|or|if|when|then|but|at any time|now)\b", re.IGNORECASE)
OF_A_CHOICE = 8  # words
EMPTY = (
    re.compile(r"your call is (very |so )?important( to us)?", re.IGNORECASE),
    re.compile(
        r"please listen (carefully|closely)( to all( of)?( our| the)? (menu )?options)?"
        r"(,? (as|because|since) (our|the|some of our) (menu )?options? (have|has)( recently)? changed)?",
        re.IGNORECASE,
    ),
    re.compile(r"(please note that )?(our|the) (menu )?options? (have|has)( recently)? changed", re.IGNORECASE),
)
SENTENCE = re.compile(r"[^.!?]+[.!?]+\s*|[^.!?]+$")
SPOKEN_KEYS = {"0": "zero", "#": "pound|hash", "*": "star"}
PRESS_OR_SAY = re.compile(r"\b(p)ress or say\b|\b(s)ay or press\b", re.IGNORECASE)


def key_last(prompt: str) -> str | None:
    """“Press 1 for billing” turned round, wherever it stands; None where a sentence with it has more to it."""
    turned = [_turned(sentence) for sentence in SENTENCE.findall(prompt)]
    return " ".join(part for part in turned if part) if None not in turned else None


def without_empty_words(text: str) -> str | None:
    """A text without its sentences that say nothing; None where there is none, or nothing would be left."""
    kept = [part for part in SENTENCE.findall(text) if not any(e.fullmatch(part.strip(" .!?\n")) for e in EMPTY)]
    new = "".join(kept).strip()
    return new if new and new != text.strip() else None


def without_press_or_say(prompt: str) -> str:
    """“Press or say 1” as “press 1”."""
    return PRESS_OR_SAY.sub(lambda found: "Press" if (found[1] or found[2]).isupper() else "press", prompt)


def mentions_key(prompt: str, key: str) -> bool:
    """Whether a prompt speaks of this key, as a figure or a word."""
    words = SPOKEN_KEYS.get(key, "")
    return bool(re.search(rf"(?<![0-9]){re.escape(key)}(?![0-9])|\b({words})\b", prompt, re.IGNORECASE))


def _turned(sentence: str) -> str | None:
    """A sentence with every key at the end of its choice; None where that cannot be done for certain."""
    words = sentence.strip()
    if not re.search(rf"\bpress (?:the )?{A_KEY}(?: key)? (?:for|to)\b", words, re.IGNORECASE):
        return words
    clauses = re.split(r"[,;]|(?= or press )", words.rstrip(".! "))
    found = [KEY_FIRST.fullmatch(clause.strip()) for clause in clauses if clause.strip()]
    if not all(each and _is_plain(each["what"]) for each in found):
        return None
    return " ".join(_key_at_the_end(each) for each in found if each)


def _is_plain(what: str) -> bool:
    return not MORE.search(what) and len(what.split()) <= OF_A_CHOICE


def _key_at_the_end(found: re.Match[str]) -> str:
    what = found["what"].strip()
    return f"{what[0].upper()}{what[1:]}, press {found['the'] or ''}{found['key']}{found['word'] or ''}."
