"""Whether callers let their talk be written down: what is noted of it, and which words are a yes or a no. Pure.

The law that counts is the strictest: what may be a no is one, and nobody agrees to what they did not hear.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flows.engine.commands import Command
from flows.engine.languages import base
from flows.engine.matching import NEGATIONS, Choices, Words, is_sure, match, words
from flows.engine.recording import OBJECTION_KEY as OBJECTION_KEY  # one key for every objection of the house
from flows.engine.spoken_yes_no import NO as NO
from flows.engine.spoken_yes_no import YES as YES
from flows.engine.spoken_yes_no import yes_or_no
from flows.engine.values import value

GIVEN, REFUSED, UNPROVEN = "given", "refused", "unproven"
BY_NOTICE, BY_KEY, BY_WORD, BY_SILENCE = "notice", "key", "word", "silence"
AGREEING_KEY, REFUSING_KEY = "1", "2"
NOT_CONFIRMED = "the carrier did not confirm that it was played to its end"
UNCLEAR = "unclear"  # something was said, and nobody could tell what

_AGREEING = {
    "en": (
        *("yes", "yeah", "yep", "yup", "sure", "ok", "okay", "fine", "all right", "alright", "of course", "absolutely"),
        *("definitely", "certainly", "go ahead", "sounds good", "i do", "no problem", "not a problem"),
        *("i agree", "agreed", "i accept", "i consent", "i don't mind", "i do not mind", "i wouldn't mind"),
    ),
    "es": (
        *("sí", "claro", "vale", "ok", "okay", "acepto", "de acuerdo", "está bien", "por supuesto", "no me importa"),
        *("no hay problema", "sin problema"),
    ),
    "fr": (
        *("oui", "ouais", "d'accord", "ok", "okay", "j'accepte", "bien sûr", "volontiers", "ça me va"),
        *("ça ne me dérange pas", "pas de problème", "pas de souci", "aucun problème"),
    ),
    "de": (
        *("ja", "jawohl", "klar", "natürlich", "okay", "ok", "einverstanden", "in ordnung", "gern", "gerne"),
        *("meinetwegen", "von mir aus", "ich stimme zu", "das macht nichts", "kein problem"),
    ),
}
_AROUND_A_YES = {  # what may stand around it: all else may change what it means
    "en": (
        *("oh", "well", "hello", "hi", "then", "and", "so", "that", "that's", "that is", "it's", "it is", "thank you"),
        *("thanks", "very much", "with", "by", "me", "to", "this", "i'm", "i am", "i have", "you can", "you may"),
    ),
    "es": ("que", "por favor", "gracias", "muchas", "pues", "estoy", "con eso", "me parece", "hola", "yo"),
    "fr": ("que", "s'il vous plaît", "merci", "avec ça", "tout à fait", "alors", "je suis", "c'est", "bonjour"),
    "de": ("bitte", "danke", "das ist", "das geht", "ich bin", "bin ich", "damit", "sehr", "doch", "also", "hallo"),
}
_REFUSING = {
    "en": (
        *("i object", "i refuse", "i disagree", "i decline", "i don't agree", "i do not agree", "i don't consent"),
        *("i do not consent", "i don't want", "i do not want", "i'd rather not", "i would rather not", "rather not"),
        *("don't listen", "do not listen", "don't record", "do not record", "don't write", "do not write"),
        *("stop listening", "stop recording", "without recording", "without listening", "opt out"),
        *("i mind", "do mind", "would mind", "have a problem", "have objections", "am against", "i'm against"),
        *("do object", "do refuse", "rather you", "prefer you"),
    ),
    "es": (
        *("no quiero", "no acepto", "no estoy de acuerdo", "no me grabe", "no grabe", "no escuche", "prefiero que no"),
        *("me niego", "me opongo", "sin grabar", "me importa que", "me molesta", "en contra"),
    ),
    "fr": (
        *("je refuse", "je ne veux pas", "je n'accepte pas", "pas d'accord", "n'enregistrez pas", "je m'oppose"),
        *("je préfère pas", "je préfère que non", "ça me dérange", "je suis contre"),
    ),
    "de": (
        *("nicht einverstanden", "ich will nicht", "ich möchte nicht", "möchte ich nicht", "will ich nicht"),
        *("ich widerspreche", "ich lehne ab", "bitte nicht", "lieber nicht", "nicht aufnehmen", "nicht mithören"),
        *("ich bin dagegen", "bin ich dagegen", "das stört mich", "etwas dagegen"),
    ),
}
_MAYBE_NO = NEGATIONS | {
    *("stop", "cannot", "cant", "wont", "didnt", "wouldnt", "shouldnt", "nah", "nope"),
    *("nothing", "nobody", "none", "nunca", "jamas", "tampoco", "nada", "nadie", "pas", "jamais", "non", "rien"),
    *("nein", "nicht", "nichts", "niemand", "kein", "keine", "keinen"),
}
_PLAINLY = {
    "en": ("yes", "yes please", "i agree", "no", "no thank you"),
    "es": ("sí", "sí por favor", "estoy de acuerdo", "no", "no gracias"),
    "fr": ("oui", "oui merci", "je suis d'accord", "non", "non merci"),
    "de": ("ja", "ja bitte", "einverstanden", "nein", "nein danke"),
}
_KEY_WORDS = {
    AGREEING_KEY: ("1", "one", "uno", "un", "une", "eins"),
    REFUSING_KEY: ("2", "two", "dos", "deux", "zwei"),
    OBJECTION_KEY: ("9", "nine", "nueve", "neuf", "neun"),
}
LEAST_CONFIDENCE_IN_A_YES = 0.6  # more than for any other answer: nobody agrees by a word that was misheard
_NO_BY_KEY = {REFUSING_KEY: NO, OBJECTION_KEY: NO}


@value
class LogConsent(Command):
    """What is known now of whether the caller may be listened to; the last such line of a call counts.

    `what` is given, refused or unproven: it is not proved that they heard what they were asked, and `why` tells the
    reason. `by` is how they answered: notice (they were told, and did not object), key, word or silence.
    """

    step: str = ""
    what: str = ""
    by: str = ""
    why: str = ""

    @property
    def line(self) -> tuple[str, dict[str, Any]]:
        """Kind and data of its line in the call's log."""
        return f"consent_{self.what}", {"why": self.why} if self.what == UNPROVEN else {"by": self.by}


@value
class Notice:
    """What a step that asks remembers of the present notice; plain data in `State.scratch`. `since` is when it began.

    `agreed` is how the caller agreed before it was over, `ahead` keys that were pressed for what comes next.
    `speaking`: the caller has begun to say something. `unsure`: they said what nobody could tell. `refused`: they
    said no earlier on this call. `beside`: how often
    they said what answers nothing. `closing`: they declined, and hear so.
    """

    since: float = 0.0
    attempt: int = 1
    playing: bool = True
    speaking: bool = False
    unsure: bool = False
    refused: bool = False
    beside: int = 0
    agreed: str = ""
    ahead: str = ""
    closing: bool = False

    @property
    def in_doubt(self) -> bool:
        """Whether they may have said no."""
        return self.speaking or self.unsure


def answer_in(text: str, confidence: float, language: str = "", *, told: bool = False) -> str:
    """`yes`, `no`, "" for words that answer nothing, or `UNCLEAR`. `language` as in `yes_or_no`.

    A no may stand anywhere; a yes is only what says nothing besides. `told`: silence is a yes here, so words that deny
    anything are a no.
    """
    said = words(text)
    if not said or not is_sure(confidence):
        return UNCLEAR
    keys = _NO_BY_KEY if told else {**_NO_BY_KEY, AGREEING_KEY: YES}
    refusing = Choices(phrases={NO: _own(_REFUSING, language)}, keys=keys)
    besides = _without(said, _own(_AGREEING, language))
    agrees = len(besides) < len(said)
    if len(_without(said, _own(_REFUSING, language))) < len(said):
        return NO
    if agrees and not _without(besides, _own(_AROUND_A_YES, language)):
        return YES if confidence >= LEAST_CONFIDENCE_IN_A_YES else UNCLEAR
    if told and not _MAYBE_NO.isdisjoint(besides):
        return NO
    if not agrees:
        return match(text, confidence, refusing) or (NO if yes_or_no(text, confidence, language) == NO else "")
    return ""


def names_key(text: str, key: str) -> bool:
    """Whether this text, in any of our languages, tells callers of a key."""
    return not set(words(text)).isdisjoint(_KEY_WORDS[key])


def sayable(language: str = "") -> tuple[str, ...]:
    """What callers are likely to say for an answer: every no, and the plainest of yes.

    A recogniser that knows nothing else takes what it hears for one of these, so “I do mind” for “I don't mind”.
    """
    return (*_own(_PLAINLY, language), *_own(_REFUSING, language))


def _without(said: Words, phrases: Iterable[str]) -> Words:
    """What was said, less these phrases, the longer ones first."""
    left = list(said)
    for phrase in sorted(map(words, phrases), key=len, reverse=True):
        at = 0
        while at <= len(left) - len(phrase):
            if tuple(left[at : at + len(phrase)]) == phrase:
                left[at : at + len(phrase)] = [""] * len(phrase)
            at += 1
    return tuple(word for word in left if word)


def _own(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return table.get(base(language)) or table["en"]
