"""What the person on our side said they would do, by patterns of four languages, for where no model reads. Pure.

A pattern holds what is promised: “I will send you the form by Friday”. All languages are looked for in every talk.
"""

import re
from collections.abc import Iterable, Sequence

from flows.engine.values import value

LONGEST = 1000  # characters of an utterance that are looked at
REST = r"\b[^.?!]{0,120}"


@value
class Pattern:
    """How somebody begins to promise, what they may promise to do, and words for by when."""

    begins: str
    acts: str
    due: str
    between: str = " "  # of the two

    def promise(self) -> re.Pattern[str]:
        """The whole promise."""
        return re.compile(rf"\b(?:{self.begins}){self.between}(?:{self.acts}){REST}", re.IGNORECASE)

    def by_when(self) -> re.Pattern[str]:
        """Where a due date is named."""
        return re.compile(rf"\b(?:{self.due})\b", re.IGNORECASE)


_DAYS_ES = "lunes|martes|miércoles|jueves|viernes|sábado|domingo"
_DAYS_FR = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_DAYS_DE = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
PATTERNS: dict[str, Sequence[Pattern]] = {
    "en": (
        Pattern(
            begins=r"(?:I|we)(?:['’]ll| will| shall| am going to| are going to|['’]m going to|['’]re going to)"
            r"(?: (?:also|just|then|now|gladly|personally))?",
            acts=r"send|e-?mail|mail|text|call|ring|phone|check|ask|arrange|book|order|prepare|forward|get back"
            r"|look into|follow up|let you know|make sure|find out|talk to|speak to|refund|credit|ship|replace|cancel"
            r"|update|confirm",
            due=r"(?:(?:by|until|before|on|within|in) )?(?:today|tonight|tomorrow(?: (?:morning|afternoon|evening))?"
            r"|this (?:morning|afternoon|evening|week)"
            r"|next (?:week|month|monday|tuesday|wednesday|thursday|friday)"
            r"|(?:the )?end of (?:the |this )?(?:day|week|month)"
            r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
            r"|(?:an|one|two|three|four|five|\d{1,2}) (?:minutes?|hours?|days?|weeks?))",
        ),
    ),
    "es": (
        Pattern(
            begins=r"(?:(?:yo |ahora |luego )?(?:le|les|te|os|se lo|se la|lo|la)|voy a|vamos a)",
            acts=r"(?:enviar|mandar|llamar|devolver|confirmar|consultar|preguntar|comprobar|revisar|avisar|reembolsar"
            r"|cancelar|cambiar|preparar|pasar|reservar)(?:é|emos|le|les|te|lo|la)?",
            due=r"(?:(?:para|antes de|hasta|en|dentro de) )?(?:el |la |las |los )?"
            r"(?:hoy|mañana(?: por la (?:mañana|tarde))?"
            rf"|esta (?:mañana|tarde|noche|semana)|(?:próxima semana|semana que viene)|{_DAYS_ES}"
            r"|(?:una?|dos|tres|cuatro|cinco|\d{1,2}) (?:minutos?|horas?|días?|semanas?))",
        ),
    ),
    "fr": (
        Pattern(
            begins=r"(?:je|nous|on) (?:vais|allons|va)(?: (?:vous|te|le|la|les|lui))*",
            acts=r"envoyer|rappeler|appeler|vérifier|demander|préparer|transmettre|confirmer|rembourser|annuler"
            r"|réserver|remplacer|regarder|prévenir|tenir au courant",
            due="",
        ),
        Pattern(
            begins=r"(?:je|nous|on)(?: (?:vous|te|le|la|les|lui))+",
            acts=r"(?:enverr|rappeller|appeller|confirmer|rembourser|préviendr|tiendr|transmettr)(?:ai|ons|a)"
            r"|(?:envoie|rappelle|confirme|rembourse|préviens|transmets|tiens au courant)",
            due=r"(?:(?:pour|avant|d['’]ici|dans|jusqu['’]à) )?(?:aujourd['’]hui|demain(?: (?:matin|après-midi|soir))?"
            rf"|ce (?:matin|soir)|cette semaine|la semaine prochaine|{_DAYS_FR}"
            r"|(?:une?|deux|trois|quatre|cinq|\d{1,2}) (?:minutes?|heures?|jours?|semaines?))",
        ),
    ),
    "de": (
        Pattern(
            begins=r"(?:ich werde|wir werden|werde ich|werden wir)",
            between=r"\b[^.?!]{0,80}\b",
            acts=r"(?:zu|nach)?(?:schicken|senden|anrufen|rufen|prüfen|fragen|schauen|melden|bestellen|buchen|bestätigen"
            r"|weiterleiten|erstatten|ersetzen|stornieren|vorbereiten|kümmern|klären)|zurückrufen|zurückmelden",
            due="",
        ),
        Pattern(
            begins=r"(?:ich|wir)",
            acts=r"(?:schicken?|senden?|mailen?|melden? (?:mich|uns)|rufen? Sie|prüfen?|klären?|kümmern? (?:mich|uns)"
            r"|bestätigen?|erstatten?|leiten?|bestellen?|buchen?) ?(?:Ihnen|Sie|das|es|dir|dich)?",
            due=r"(?:(?:bis|am|in|noch|bis zum|innerhalb von) )?"
            r"(?:heute|morgen(?: (?:früh|vormittag|nachmittag|abend))?"
            rf"|übermorgen|diese woche|nächste woche|ende der woche|{_DAYS_DE}"
            r"|(?:einer|einem|zwei|drei|vier|fünf|\d{1,2}) (?:minuten?|stunden?|tagen?|wochen?))",
        ),
    ),
}
PROMISES = tuple(pattern.promise() for each in PATTERNS.values() for pattern in each)
DUE = tuple(pattern.by_when() for each in PATTERNS.values() for pattern in each if pattern.due)


def promised(text: str) -> str:
    """What is promised in these words; "" for nothing."""
    return _first(PROMISES, text[:LONGEST])


def by_when(text: str) -> str:
    """By when, in these words; "" where they do not say."""
    return _first(DUE, text[:LONGEST])


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> str:
    found = [hit for pattern in patterns if (hit := pattern.search(text))]
    return " ".join(min(found, key=lambda hit: (hit.start(), -hit.end())).group(0).split()) if found else ""
