"""The usual texts of steps in other languages, so that nobody has to translate what nobody wrote. Pure.

A text that a builder left as the kind has it, and the digits that are read back, are known in these languages. What is
not in the table is the builder's, who translates it.
"""

from flows.engine.languages import base
from flows.engine.spoken_numbers import DIGIT_WORDS

IN = ("es", "fr", "de")
_TABLE: dict[str, tuple[str, str, str]] = {
    "Sorry, I did not hear you.": (
        "Disculpe, no le oí.",
        "Désolé, je ne vous ai pas entendu.",
        "Entschuldigung, ich habe Sie nicht gehört.",
    ),
    "I still did not hear anything. You can press a key, or say what you need.": (
        "Todavía no le oigo. Puede oprimir una tecla o decir lo que necesita.",
        "Je n'entends toujours rien. Appuyez sur une touche, ou dites ce qu'il vous faut.",
        "Ich höre noch immer nichts. Drücken Sie eine Taste, oder sagen Sie, was Sie brauchen.",
    ),
    "Sorry, I could not hear you.": (
        "Disculpe, no pude oírle.",
        "Désolé, je n'ai pas pu vous entendre.",
        "Entschuldigung, ich konnte Sie nicht hören.",
    ),
    "Sorry, I did not get that.": (
        "Disculpe, no le entendí.",
        "Désolé, je n'ai pas compris.",
        "Entschuldigung, das habe ich nicht verstanden.",
    ),
    "I still did not get that. Please use the keys of your phone.": (
        "Todavía no le entiendo. Use las teclas de su teléfono, por favor.",
        "Je n'ai toujours pas compris. Utilisez les touches de votre téléphone, s'il vous plaît.",
        "Ich habe das noch immer nicht verstanden. Bitte benutzen Sie die Tasten Ihres Telefons.",
    ),
    "Sorry, I could not understand you.": (
        "Disculpe, no pude entenderle.",
        "Désolé, je n'ai pas pu vous comprendre.",
        "Entschuldigung, ich konnte Sie nicht verstehen.",
    ),
    "You are talking with our automated assistant. How can I help you?": (
        "Está hablando con nuestro asistente automático. ¿En qué puedo ayudarle?",
        "Vous parlez avec notre assistant automatique. Comment puis-je vous aider ?",
        "Sie sprechen mit unserem automatischen Assistenten. Wie kann ich Ihnen helfen?",
    ),
    "I have to stop here. One moment, please.": (
        "Tengo que parar aquí. Un momento, por favor.",
        "Je dois m'arrêter ici. Un instant, s'il vous plaît.",
        "Ich muss hier aufhören. Einen Moment, bitte.",
    ),
    "Sorry, our assistant is not available right now. One moment, please.": (
        "Disculpe, nuestro asistente no está disponible en este momento. Un momento, por favor.",
        "Désolé, notre assistant n'est pas disponible pour le moment. Un instant, s'il vous plaît.",
        "Entschuldigung, unser Assistent ist gerade nicht erreichbar. Einen Moment, bitte.",
    ),
    "I understood": ("He entendido", "J'ai compris", "Ich habe verstanden"),
    "If this is right, press 1 or say yes. If not, press 2 or say no.": (
        "Si es correcto, oprima el 1 o diga sí. Si no, oprima el 2 o diga no.",
        "Si c'est correct, appuyez sur le 1 ou dites oui. Sinon, appuyez sur le 2 ou dites non.",
        "Wenn das stimmt, drücken Sie die 1 oder sagen Sie ja. Wenn nicht, drücken Sie die 2 oder sagen Sie nein.",
    ),
    "I have": ("He anotado", "J'ai noté", "Ich habe notiert"),
    "If this is right, press 1. To enter it again, press 2.": (
        "Si es correcto, oprima el 1. Para marcarlo otra vez, oprima el 2.",
        "Si c'est correct, appuyez sur le 1. Pour le saisir à nouveau, appuyez sur le 2.",
        "Wenn das stimmt, drücken Sie die 1. Um es noch einmal einzugeben, drücken Sie die 2.",
    ),
    "That number is too short.": (
        "Ese número es demasiado corto.",
        "Ce numéro est trop court.",
        "Diese Nummer ist zu kurz.",
    ),
    "Sorry, that number does not seem right.": (
        "Disculpe, ese número no parece correcto.",
        "Désolé, ce numéro ne semble pas correct.",
        "Entschuldigung, diese Nummer scheint nicht zu stimmen.",
    ),
    "Sorry, that number was not right either.": (
        "Disculpe, ese número tampoco era correcto.",
        "Désolé, ce numéro n'était pas correct non plus.",
        "Entschuldigung, auch diese Nummer hat nicht gestimmt.",
    ),
    "Thank you for calling. Goodbye.": (
        "Gracias por llamar. Adiós.",
        "Merci de votre appel. Au revoir.",
        "Danke für Ihren Anruf. Auf Wiederhören.",
    ),
    "One moment, I am looking that up.": (
        "Un momento, lo estoy buscando.",
        "Un instant, je cherche.",
        "Einen Moment, ich sehe nach.",
    ),
    "Sorry, I cannot look that up right now.": (
        "Disculpe, no puedo buscarlo en este momento.",
        "Désolé, je ne peux pas chercher cela maintenant.",
        "Entschuldigung, das kann ich gerade nicht nachsehen.",
    ),
    "How content are you with us today? Press 1 for not at all, up to 5 for very much.": (
        "¿Qué tan contento está hoy con nosotros? Oprima de 1, nada, a 5, mucho.",
        "Êtes-vous content de nous aujourd'hui ? Appuyez de 1, pas du tout, à 5, tout à fait.",
        "Wie zufrieden sind Sie heute mit uns? Drücken Sie 1 für gar nicht bis 5 für sehr.",
    ),
    "Press 1 to get it as a text message. To go on without it, press 2.": (
        "Oprima el 1 para recibirlo en un mensaje de texto. Para seguir sin él, oprima el 2.",
        "Appuyez sur le 1 pour le recevoir par SMS. Pour continuer sans, appuyez sur le 2.",
        "Drücken Sie die 1, um es als SMS zu bekommen. Um ohne weiterzumachen, drücken Sie die 2.",
    ),
    "The text message is on its way.": (
        "El mensaje de texto está en camino.",
        "Le SMS est en route.",
        "Die SMS ist unterwegs.",
    ),
    "Sorry, we cannot send a text message to your number.": (
        "Disculpe, no podemos enviar un mensaje de texto a su número.",
        "Désolé, nous ne pouvons pas envoyer de SMS à votre numéro.",
        "Entschuldigung, an Ihre Nummer können wir keine SMS senden.",
    ),
    "One moment, please. I am putting you through.": (
        "Un momento, por favor. Le comunico.",
        "Un instant, s'il vous plaît. Je vous mets en communication.",
        "Einen Moment, bitte. Ich verbinde Sie.",
    ),
    "Please leave a message after the tone. Press pound when you are done.": (
        "Deje su mensaje después del tono. Al terminar, oprima la tecla numeral.",
        "Laissez un message après le bip. Appuyez sur dièse quand vous avez terminé.",
        "Bitte hinterlassen Sie nach dem Ton eine Nachricht. Drücken Sie danach die Rautetaste.",
    ),
    "To leave this message for us, press 1. To drop it, press 2.": (
        "Para dejarnos este mensaje, oprima el 1. Para descartarlo, oprima el 2.",
        "Pour nous laisser ce message, appuyez sur le 1. Pour l'abandonner, appuyez sur le 2.",
        "Um uns diese Nachricht zu hinterlassen, drücken Sie die 1. Um sie zu verwerfen, drücken Sie die 2.",
    ),
    "To be called back on the number you are calling from, press 1. To leave it, press 2.": (
        "Para que le llamemos al número del que llama, oprima el 1. Si no lo desea, oprima el 2.",
        "Pour être rappelé au numéro d'où vous appelez, appuyez sur le 1. Sinon, appuyez sur le 2.",
        "Um unter Ihrer Nummer zurückgerufen zu werden, drücken Sie die 1. Wenn nicht, drücken Sie die 2.",
    ),
    "To get a text message on the number you are calling from, press 1. To leave it, press 2.": (
        "Para recibir un mensaje de texto en el número del que llama, oprima el 1. Si no, oprima el 2.",
        "Pour recevoir un SMS au numéro d'où vous appelez, appuyez sur le 1. Sinon, appuyez sur le 2.",
        "Um eine SMS an Ihre Nummer zu bekommen, drücken Sie die 1. Wenn nicht, drücken Sie die 2.",
    ),
    "To go ahead with this change, press 1. To leave everything as it is, press 2.": (
        "Para hacer este cambio, oprima el 1. Para dejar todo como está, oprima el 2.",
        "Pour faire ce changement, appuyez sur le 1. Pour tout laisser tel quel, appuyez sur le 2.",
        "Um diese Änderung zu machen, drücken Sie die 1. Um alles zu lassen, wie es ist, drücken Sie die 2.",
    ),
    # what every line can say, whatever its flow
    "I am sorry, something went wrong on our side. Please call again in a moment. Goodbye.": (
        "Lo siento, algo ha fallado de nuestra parte. Llame otra vez en un momento, por favor. Adiós.",
        "Je suis désolé, une erreur s'est produite de notre côté. Rappelez dans un moment, s'il vous plaît. Au revoir.",
        "Es tut mir leid, bei uns ist etwas schiefgegangen. Bitte rufen Sie gleich noch einmal an. Auf Wiederhören.",
    ),
    "I am sorry, this call has reached its time limit. Goodbye.": (
        "Lo siento, esta llamada ha llegado a su límite de tiempo. Adiós.",
        "Je suis désolé, cet appel a atteint sa durée maximale. Au revoir.",
        "Es tut mir leid, dieser Anruf hat seine Höchstdauer erreicht. Auf Wiederhören.",
    ),
    "We have to end this call now. Thank you for calling. Goodbye.": (
        "Tenemos que terminar esta llamada ahora. Gracias por llamar. Adiós.",
        "Nous devons mettre fin à cet appel maintenant. Merci de votre appel. Au revoir.",
        "Wir müssen dieses Gespräch jetzt beenden. Danke für Ihren Anruf. Auf Wiederhören.",
    ),
    "One moment, please.": ("Un momento, por favor.", "Un instant, s'il vous plaît.", "Einen Moment, bitte."),
    "Are you still there?": ("¿Sigue ahí?", "Êtes-vous toujours là ?", "Sind Sie noch da?"),
    "Sorry, let me start again.": (
        "Disculpe, empiezo de nuevo.",
        "Désolé, je recommence.",
        "Entschuldigung, ich fange noch einmal an.",
    ),
    "Sorry, could you say that again?": (
        "Disculpe, ¿puede repetirlo?",
        "Désolé, pouvez-vous répéter ?",
        "Entschuldigung, können Sie das wiederholen?",
    ),
    "You are talking with an AI assistant.": (
        "Está hablando con un asistente de inteligencia artificial.",
        "Vous parlez avec un assistant d'intelligence artificielle.",
        "Sie sprechen mit einem KI-Assistenten.",
    ),
    "We can call you back on the number that ends in": (
        "Podemos llamarle al número que termina en",
        "Nous pouvons vous rappeler au numéro qui se termine par",
        "Wir können Sie zurückrufen unter der Nummer, die endet auf",
    ),
    "To be called back, press 1. To go on without it, press 2.": (
        "Para que le llamemos, oprima el 1. Para seguir sin ello, oprima el 2.",
        "Pour être rappelé, appuyez sur le 1. Pour continuer sans, appuyez sur le 2.",
        "Für einen Rückruf drücken Sie die 1. Um ohne fortzufahren, drücken Sie die 2.",
    ),
    "For another number, press 3.": (
        "Para otro número, oprima el 3.",
        "Pour un autre numéro, appuyez sur le 3.",
        "Für eine andere Nummer drücken Sie die 3.",
    ),
    "Please enter the number with its area code, then press pound.": (
        "Marque el número con su prefijo y luego oprima la almohadilla.",
        "Composez le numéro avec son indicatif, puis appuyez sur dièse.",
        "Bitte geben Sie die Nummer mit Vorwahl ein, dann die Raute.",
    ),
    "Thank you. We will call you back.": (
        "Gracias. Le llamaremos.",
        "Merci. Nous vous rappellerons.",
        "Danke. Wir rufen Sie zurück.",
    ),
    "Sorry, we cannot call you back on this number.": (
        "Disculpe, no podemos llamarle a este número.",
        "Désolé, nous ne pouvons pas vous rappeler à ce numéro.",
        "Entschuldigung, unter dieser Nummer können wir Sie nicht zurückrufen.",
    ),
    # first on calls that the line makes
    "This is an automated call from {company}.": (
        "Esta es una llamada automática de {company}.",
        "Ceci est un appel automatique de {company}.",
        "Dies ist ein automatischer Anruf von {company}.",
    ),
    "To get no more calls, press 9.": (
        "Para no recibir más llamadas, oprima el 9.",
        "Pour ne plus être appelé, appuyez sur le 9.",
        "Wenn Sie keine Anrufe mehr möchten, drücken Sie die 9.",
    ),
    "You will not be called again. Goodbye.": (
        "No volveremos a llamarle. Adiós.",
        "Vous ne serez plus appelé. Au revoir.",
        "Sie werden nicht mehr angerufen. Auf Wiederhören.",
    ),
    # before anything is recorded
    "This call is recorded.": (
        "Esta llamada se graba.",
        "Cet appel est enregistré.",
        "Dieser Anruf wird aufgezeichnet.",
    ),
    "If you do not want that, press 9 now.": (
        "Si no lo desea, oprima ahora el 9.",
        "Si vous ne le souhaitez pas, appuyez maintenant sur le 9.",
        "Wenn Sie das nicht möchten, drücken Sie jetzt die 9.",
    ),
    "Thank you. This call is not recorded.": (
        "Gracias. Esta llamada no se graba.",
        "Merci. Cet appel n'est pas enregistré.",
        "Danke. Dieser Anruf wird nicht aufgezeichnet.",
    ),
    # before callers are listened to
    "To serve you well, we write down what is said on this call.": (
        "Para atenderle mejor, ponemos por escrito lo que se dice en esta llamada.",
        "Pour mieux vous servir, nous mettons par écrit ce qui est dit pendant cet appel.",
        "Um Ihnen gut zu helfen, schreiben wir mit, was in diesem Gespräch gesagt wird.",
    ),
    "If you do not want that, press 9 or say no.": (
        "Si no lo desea, oprima el 9 o diga no.",
        "Si vous ne le souhaitez pas, appuyez sur le 9 ou dites non.",
        "Wenn Sie das nicht möchten, drücken Sie die 9 oder sagen Sie nein.",
    ),
    "If you agree, press 1 or say yes. If not, press 2 or say no.": (
        "Si está de acuerdo, oprima el 1 o diga sí. Si no, oprima el 2 o diga no.",
        "Si vous êtes d'accord, appuyez sur le 1 ou dites oui. Sinon, appuyez sur le 2 ou dites non.",
        "Wenn Sie zustimmen, drücken Sie die 1 oder sagen Sie ja. Wenn nicht, drücken Sie die 2 oder sagen Sie nein.",
    ),
    "Thank you. Nothing is written down.": (
        "Gracias. No se pone nada por escrito.",
        "Merci. Rien n'est mis par écrit.",
        "Danke. Es wird nichts mitgeschrieben.",
    ),
    "I am sorry, I cannot say this part right now.": (
        "Lo siento, no puedo decir esta parte en este momento.",
        "Je suis désolé, je ne peux pas dire cette partie maintenant.",
        "Es tut mir leid, diesen Teil kann ich gerade nicht sagen.",
    ),
}
_DIGITS = {
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
}
_DIGIT_TEXTS = {
    code: {english + pause: word + pause for english, word in zip(DIGIT_WORDS, own, strict=True) for pause in ("", ",")}
    for code, own in _DIGITS.items()
}


def usual(text: str, language: str) -> str:
    """One of the usual texts in this language; "" where it is not known."""
    code = base(language)
    return _TABLE[text][IN.index(code)] if text in _TABLE and code in IN else ""


def digit_text(text: str, language: str) -> str:
    """A digit as it is read back in this language; every other text as it is."""
    return _DIGIT_TEXTS.get(base(language), {}).get(text, text)
