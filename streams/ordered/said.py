"""What the carrier's own voice says on calls that we ordered, in the language that they speak. Sync."""

from collections.abc import Mapping
from typing import Any

from flows.engine.languages import base
from flows.engine.snapshot import load
from flows.engine.usual_texts import IN, usual
from streams.models import Call

NO_MORE = "This call is not needed any more. Sorry to have disturbed you. Goodbye."
NEVER_AGAIN = "Sorry, we will not call again. Goodbye."
OUR_FAULT = "We are sorry. Something went wrong on our side. Goodbye."
WHO = (
    "Hello. This is {}, calling you back, as you asked. To be put through to us, press 1. "
    "If you do not need the call any more, press 2."
)
NOBODY = "We did not get an answer. Goodbye."
NOT_NEEDED = "Thank you. We will not call again. Goodbye."
NONE_OF_US = "We are sorry. None of us can take the call at this moment. We will call you again soon. Goodbye."
THANKS = "Thank you. Goodbye."

TEXTS = {
    NO_MORE: (
        "Esta llamada ya no es necesaria. Disculpe la molestia. Adiós.",
        "Cet appel n'est plus nécessaire. Veuillez nous excuser du dérangement. Au revoir.",
        "Dieser Anruf hat sich erledigt. Bitte entschuldigen Sie die Störung. Auf Wiederhören.",
    ),
    NEVER_AGAIN: (
        "Disculpe, no volveremos a llamar. Adiós.",
        "Désolé, nous ne vous rappellerons plus. Au revoir.",
        "Entschuldigung, wir rufen nicht wieder an. Auf Wiederhören.",
    ),
    OUR_FAULT: (
        "Lo sentimos. Algo salió mal de nuestro lado. Adiós.",
        "Nous sommes désolés. Un problème est survenu de notre côté. Au revoir.",
        "Es tut uns leid. Bei uns ist etwas schiefgegangen. Auf Wiederhören.",
    ),
    WHO: (
        "Hola. Le llama {}, como usted pidió. Para hablar con nosotros, oprima el 1. "
        "Si ya no necesita la llamada, oprima el 2.",
        "Bonjour. Ici {}, nous vous rappelons comme vous l'avez demandé. Pour nous parler, appuyez sur le 1. "
        "Si vous n'avez plus besoin de cet appel, appuyez sur le 2.",
        "Guten Tag. Hier ist {} mit dem Rückruf, um den Sie gebeten haben. Um mit uns zu sprechen, drücken Sie die 1. "
        "Wenn Sie den Anruf nicht mehr brauchen, drücken Sie die 2.",
    ),
    NOBODY: (
        "No recibimos respuesta. Adiós.",
        "Nous n'avons pas reçu de réponse. Au revoir.",
        "Wir haben keine Antwort erhalten. Auf Wiederhören.",
    ),
    NOT_NEEDED: (
        "Gracias. No volveremos a llamar. Adiós.",
        "Merci. Nous ne vous rappellerons plus. Au revoir.",
        "Danke. Wir rufen nicht noch einmal an. Auf Wiederhören.",
    ),
    NONE_OF_US: (
        "Lo sentimos. En este momento nadie puede atenderle. Volveremos a llamarle pronto. Adiós.",
        "Nous sommes désolés. Personne ne peut vous répondre en ce moment. Nous vous rappellerons bientôt. Au revoir.",
        "Es tut uns leid. Im Moment kann niemand von uns mit Ihnen sprechen. Wir rufen Sie bald wieder an. "
        "Auf Wiederhören.",
    ),
    THANKS: ("Gracias. Adiós.", "Merci. Au revoir.", "Danke. Auf Wiederhören."),
}


def said(text: str, call: Call | None, *named: str) -> Mapping[str, Any]:
    """One of these texts as a part of a page, with its language: that in which this call was spoken last, else that of
    its flow; English where it is none of these."""
    return in_language(text, language_of(call) if call else "", *named)


def in_language(text: str, language: str, *named: str) -> Mapping[str, Any]:
    """The same where the language is known, and nothing else."""
    code = base(language)
    own = (TEXTS[text][IN.index(code)] if text in TEXTS else usual(text, code)) if code in IN else text
    return {"text": own.format(*named), "language": code if code in IN else ""}


def language_of(call: Call) -> str:
    """The language in which whoever is on this call is spoken with; "" where it has no version."""
    chosen = call.state.get("language") if isinstance(call.state, dict) else ""
    return str(chosen or (load(call.version.snapshot).language if call.version else ""))
