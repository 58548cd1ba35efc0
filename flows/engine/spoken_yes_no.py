"""Yes and no, in the many ways in which callers say them. English, and the plainest of other languages. Pure."""

from flows.engine.languages import base
from flows.engine.matching import NO_WORDS, YES_WORDS, Choices, match

YES, NO = "yes", "no"
_DOUBT = "doubt"  # what holds a yes or a no, and is neither
KEYS = {"1": YES, "2": NO}

_WAYS = {
    YES: (
        *YES_WORDS,
        *("yup", "aye", "sure", "of course", "absolutely", "definitely", "certainly", "exactly", "affirmative"),
        *("ok", "okay", "all right", "alright", "fine", "perfect", "sounds good", "that works", "go ahead", "do that"),
        *("i do", "i am", "i did", "i have", "i can", "i would", "i will", "it is", "it does", "we do", "we are"),
        *("please do", "no problem", "mhm", "that's it", "that's fine", "true", "that is true", "you got it"),
    ),
    NO: (
        *NO_WORDS,
        *("nah", "no thanks", "no thank you", "not really", "not at all", "not yet", "not quite", "negative", "never"),
        *("of course not", "absolutely not", "certainly not", "definitely not", "false", "that is wrong"),
        *("that is not right", "that is not correct", "that's not correct", "that's incorrect", "not true"),
        *("i don't", "i do not", "i'm not", "i am not", "i didn't", "i did not", "i haven't", "i have not", "i can't"),
        *("i won't", "it isn't", "it is not", "it's not", "it doesn't", "we don't", "we do not", "don't do that"),
        *("not ok", "not okay", "that doesn't work", "cancel that"),
    ),
    _DOUBT: (
        *("i don't know", "i do not know", "don't know", "not sure", "i'm not sure", "i am not sure", "no idea"),
        *("i have no idea", "maybe", "perhaps", "is that right", "is it", "right now", "not wrong", "not incorrect"),
        *("i can't tell", "i can't say", "i don't understand", "i do not understand", "i didn't get that"),
        *("i didn't understand", "i didn't hear", "i have a question", "i would like", "i am calling", "it is about"),
    ),
}
_CHOICES = Choices(phrases=_WAYS, keys=KEYS)
_FURTHER = {
    "es": {
        YES: ("sí", "claro", "correcto", "así es", "eso es", "de acuerdo", "vale"),
        NO: ("no", "incorrecto", "no es así"),
    },
    "fr": {YES: ("oui", "d'accord", "c'est ça", "exact", "correct"), NO: ("non", "ce n'est pas ça", "pas du tout")},
    "de": {
        YES: ("ja", "genau", "richtig", "stimmt", "jawohl"),
        NO: ("nein", "falsch", "stimmt nicht", "nicht richtig"),
    },
}


def yes_or_no(text: str, confidence: float = 1.0, language: str = "") -> str:
    """`yes`, `no`, or "" for neither, both, or doubt. The numbers of the keys, one and two, count too.

    `language` is a further language of a flow; "" is English.
    """
    ways = _FURTHER.get(base(language))
    meant = match(text, confidence, Choices(phrases=ways) if ways else _CHOICES)
    return meant if meant in (YES, NO) else ""
