"""Answers within what callers hear: “Your order [order number] arrives on [day].” Pure.

A marker is the name of an answer in square brackets. A text with markers is said in pieces: the builder's words, which
are rendered when the flow is published, and the answers. Digits, numbers, days, yes and no are put together from a
small vocabulary that is rendered with them; other answers are read by the flow's voice during the call, and are spare:
should no voice read them, callers hear the sentence without them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from flows.engine.answers import BY_THE_CLOCK, DATE, DIGITS, NUMBER, PHONE, YES_NO, Answer, given, in_words
from flows.engine.answers_abroad import day_in, is_english, yes_or_no_in
from flows.engine.commands import Play
from flows.engine.comparing import amount
from flows.engine.digits import every_digit_text, is_digits, read_out
from flows.engine.spoken_dates import MONTHS, WEEKDAYS, ending
from flows.engine.spoken_numbers import DIGIT_WORDS, TEENS, TENS
from flows.engine.step import State, Step

MARKER = re.compile(r"\[([^\W\d_][\w ]{0,39})\]")
LONGEST_SAID = 200  # characters of an answer that a voice reads
MOST_DIGITS = 20
YEAR_AFTER_DAYS = 300  # days this far away are said with their year

LARGE = (("million", 1_000_000), ("thousand", 1000), ("hundred", 100))
NUMBER_TEXTS = (*DIGIT_WORDS, *TEENS, *TENS, *(name for name, _ in LARGE), "minus", "point")
DAY_TEXTS = (*(f"{day}," for day in WEEKDAYS), *(f"the {n}{ending(n)} of" for n in range(1, 32)), *MONTHS)
VOCABULARY: Mapping[str, tuple[str, ...]] = {
    DIGITS: tuple(every_digit_text()),
    PHONE: tuple(every_digit_text()),
    NUMBER: NUMBER_TEXTS,
    DATE: (*DAY_TEXTS, *NUMBER_TEXTS),
    YES_NO: ("yes", "no"),
}


def marker(name: str) -> str:
    """How an answer stands in a text."""
    return f"[{in_words(name)}]"


def markers(text: str) -> list[str]:
    """The names that stand in a text in square brackets, as answers are named."""
    return [answer_named(found) for found in MARKER.findall(text)]


def without_brackets(text: str) -> str:
    """A text as it can be heard while nothing is known: the names of answers stand for them."""
    return MARKER.sub(lambda found: in_words(answer_named(found[1])), text)


def marker_problem(name: str, known: Mapping[str, Answer]) -> str:
    """Why this name may not stand in a text that callers hear, as a sentence that says what to do; or ""."""
    answer = known.get(name)
    if answer is None:
        return f"No step of this flow asks for “{in_words(name)}”. Insert another answer, or take the brackets out."
    if answer.secret:
        return f"“{answer}” is not kept, so it may not be spoken. Take it out of the text."
    return f"The {answer} cannot be spoken. Take it out of the text." if name in BY_THE_CLOCK else ""


def texts_of_step(step: Step, known: Mapping[str, Answer]) -> Iterator[str]:
    """Every text that is to be rendered for this step in a flow with these answers."""
    for text in step.prompts():
        for piece in _pieces(text, known):
            yield from (piece,) if isinstance(piece, str) else VOCABULARY.get(piece.type, ())


def with_answers(play: Play, known: Mapping[str, Answer], state: State) -> Play:
    """The same, with what the call knows in the place of markers."""
    texts: list[str] = []
    spare: list[str] = []
    for text in play.texts:
        for piece in _pieces(text, known):
            said = [piece] if isinstance(piece, str) else _said(piece, given(piece.name, state), state, play.language)
            texts += said
            if not isinstance(piece, str):
                spare += [each for each in said if each not in VOCABULARY.get(piece.type, ())]
    return replace(play, texts=tuple(texts), spare=tuple(spare))


def has_marker(texts: Iterable[str]) -> bool:
    """Whether any of these texts may hold an answer."""
    return any("[" in text for text in texts)


def answer_named(found: str) -> str:
    return "_".join(found.casefold().split())


def _pieces(text: str, known: Mapping[str, Answer]) -> list[str | Answer]:
    """A text as words and answers. What names no answer that may be spoken is part of the words."""
    pieces: list[str | Answer] = []
    end = 0
    for found in MARKER.finditer(text):
        name = answer_named(found[1])
        if name in known and not marker_problem(name, known):
            pieces += [text[end : found.start()], known[name]]
            end = found.end()
    if not pieces:
        return [text]
    return [piece for piece in map(_trimmed, [*pieces, text[end:]]) if piece]


def _trimmed(piece: str | Answer) -> str | Answer:
    """Words without the marks that belonged to an answer before them; "" where nothing is left to be said."""
    if isinstance(piece, Answer):
        return piece
    words = piece.strip().lstrip(".,;:!?)-–— ").rstrip("( ")
    return words if re.search(r"\w", words) else ""


def _said(answer: Answer, here: str, state: State, language: str) -> list[str]:
    """The texts that say this answer in this language; none where there is nothing to say."""
    plain = " ".join(here.split())[:LONGEST_SAID]
    match answer.type:
        case "digits" | "phone":
            digits = re.sub(r"[\s\-+().]", "", plain)
            if is_digits(digits) and len(digits) <= MOST_DIGITS:
                return read_out(digits)
            if answer.type == PHONE:
                return []  # “anonymous” is nobody's number
        case "number" if is_english(language) and (number := _number(plain)):
            return number
        case "date" if day := _day(plain, state, language):
            return day
        case "yes-no" if plain.casefold() in VOCABULARY[YES_NO]:
            word = plain.casefold()
            return [word if is_english(language) else yes_or_no_in(language, word)]
    return [plain] if plain else []


def _number(text: str) -> list[str]:
    found = amount(text)
    if found is None or abs(found) >= 1000 * LARGE[0][1]:
        return []
    whole, _, part = f"{abs(found):f}".partition(".")
    part = part.rstrip("0")
    after = ["point", *(DIGIT_WORDS[int(digit)] for digit in part)] if part else []
    return [*(["minus"] if found < 0 else []), *_cardinal(int(whole)), *after]


def _cardinal(number: int) -> list[str]:
    """A whole number below a thousand million, one word after the other."""
    for name, worth in LARGE:
        if number >= worth:
            rest = _cardinal(number % worth) if number % worth else []
            return [*_cardinal(number // worth), name, *rest]
    if number < 20:
        return [(*DIGIT_WORDS, *TEENS)[number]]
    unit = [DIGIT_WORDS[number % 10]] if number % 10 else []
    return [TENS[number // 10 - 2], *unit]


def _day(text: str, state: State, language: str) -> list[str]:
    """“Tuesday, the 2nd of December”, with its year where it is far away."""
    try:
        day = date.fromisoformat(text)
        today = datetime.fromtimestamp(state.now, UTC).date()
    except (ValueError, OverflowError, OSError):
        return []
    is_far = abs((day - today).days) > YEAR_AFTER_DAYS
    if not is_english(language):
        return [day_in(language, day, with_year=is_far)]
    year = _cardinal(day.year) if is_far else []
    return [f"{WEEKDAYS[day.weekday()]},", f"the {day.day}{ending(day.day)} of", MONTHS[day.month - 1], *year]
