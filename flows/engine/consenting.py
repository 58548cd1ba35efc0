"""Whether callers let their talk be written down: what is noted of it, and which words are a yes or a no. Pure.

The law that counts is the strictest: what may be a no is one, and nobody agrees to what they did not hear.
"""

from collections.abc import Mapping
from typing import Any

from flows.engine.commands import Command
from flows.engine.languages import base
from flows.engine.matching import NEGATIONS, Choices, is_sure, match, words
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
    "en": ("i agree", "agreed", "i accept", "i consent", "i don't mind", "i do not mind", "not a problem"),
    "es": ("acepto", "estoy de acuerdo", "no me importa", "por supuesto"),
    "fr": ("j'accepte", "je suis d'accord", "ça ne me dérange pas", "bien sûr"),
    "de": ("einverstanden", "in ordnung", "meinetwegen", "das macht nichts", "gerne"),
}
_REFUSING = {
    "en": (
        *("i object", "i refuse", "i disagree", "i decline", "i don't agree", "i do not agree", "i don't consent"),
        *("i do not consent", "i don't want", "i do not want", "i'd rather not", "i would rather not", "rather not"),
        *("don't listen", "do not listen", "don't record", "do not record", "don't write", "do not write"),
        *("stop listening", "stop recording", "without recording", "without listening", "opt out"),
    ),
    "es": (
        *("no quiero", "no acepto", "no estoy de acuerdo", "no me grabe", "no grabe", "no escuche", "prefiero que no"),
        *("me niego", "me opongo", "sin grabar"),
    ),
    "fr": (
        *("je refuse", "je ne veux pas", "je n'accepte pas", "pas d'accord", "n'enregistrez pas", "je m'oppose"),
        *("je préfère pas", "je préfère que non"),
    ),
    "de": (
        *("nicht einverstanden", "ich will nicht", "ich möchte nicht", "möchte ich nicht", "will ich nicht"),
        *("ich widerspreche", "ich lehne ab", "bitte nicht", "lieber nicht", "nicht aufnehmen", "nicht mithören"),
    ),
}
_MAYBE_NO = NEGATIONS | {
    *("stop", "cannot", "cant", "wont", "didnt", "wouldnt", "shouldnt", "nah", "nope"),
    *("nunca", "jamas", "tampoco", "pas", "jamais", "non", "nein", "nicht", "kein", "keine", "keinen"),
}
_SAYABLE = {
    "en": ("yes", "no", "yes please", "no thank you", "okay"),
    "es": ("sí", "no", "de acuerdo", "vale"),
    "fr": ("oui", "non", "d'accord"),
    "de": ("ja", "nein"),
}


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


def answer_in(text: str, confidence: float, language: str = "", *, told: bool = False) -> str:
    """`yes`, `no`, "" for words that answer nothing, or `UNCLEAR`. `language` as in `yes_or_no`.

    `told`: silence is a yes here, so words that deny anything are a no.
    """
    if not is_sure(confidence) or not words(text):
        return UNCLEAR
    known = Choices(phrases={YES: _own(_AGREEING, language), NO: _own(_REFUSING, language)}, keys={OBJECTION_KEY: NO})
    meant = match(text, confidence, known) or yes_or_no(text, confidence, language)
    if not meant and told and not _MAYBE_NO.isdisjoint(words(text)):
        return NO
    return meant


def sayable(language: str = "") -> tuple[str, ...]:
    """What callers are likely to say for an answer."""
    return tuple(
        dict.fromkeys(phrase for table in (_SAYABLE, _AGREEING, _REFUSING) for phrase in _own(table, language))
    )


def _own(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return table.get(base(language)) or table["en"]
