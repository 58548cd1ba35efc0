"""Kind and angry words, by language, and how many of each are in what somebody said. No AI, and all of it is here.

Words of all languages count in every call: people change over in mid-sentence. So a word that means something else in
another of them, such as “toll” or “content”, stands in no list. “Not happy” is angry, “not angry” is nothing.
"""

import re

from flows.engine.matching import words

KIND = {
    "en": "thanks thank great good perfect excellent wonderful lovely awesome nice helpful happy glad pleased "
    "appreciate brilliant fantastic amazing super",
    "es": "gracias perfecto perfecta excelente maravilloso maravillosa genial estupendo estupenda amable feliz "
    "contento contenta encantado encantada fantástico fantástica buenísimo",
    "fr": "merci parfait parfaite formidable ravi ravie gentil gentille aimable heureux heureuse magnifique impeccable "
    "contente satisfait satisfaite",
    "de": "danke dankeschön perfekt prima wunderbar hervorragend klasse freundlich nett glücklich zufrieden freut "
    "ausgezeichnet großartig hilfreich",
}
ANGRY = {
    "en": "terrible awful horrible bad worst angry annoyed annoying upset ridiculous useless stupid unacceptable "
    "complaint complain broken wrong problem disappointed disappointing frustrated frustrating refund cancel "
    "hate damn lawyer scam waiting nobody never",
    "es": "malo mala peor pésimo pésima enfadado enfadada enojado enojada harto harta ridículo ridícula inútil "
    "estúpido inaceptable queja quejarme roto rota problema problemas decepcionado decepcionada decepcionante "
    "frustrado frustrada reembolso cancelar odio abogado abogada estafa esperando nadie nunca vergüenza",
    "fr": "mauvais mauvaise pire fâché fâchée énervé énervée furieux furieuse inutile inacceptable inadmissible "
    "plainte cassé cassée faux problème problèmes déçu déçue décevant frustré frustrée remboursement annuler résilier "
    "déteste avocat arnaque jamais scandaleux honte",
    "de": "schrecklich furchtbar schlecht schlimm wütend sauer ärgerlich verärgert genervt lächerlich nutzlos "
    "unverschämt inakzeptabel beschwerde beschweren kaputt falsch probleme enttäuscht enttäuschend frustriert "
    "rückerstattung kündigen kündigung stornieren hasse anwalt betrug warte niemand nie niemals unmöglich",
}
NOT = {
    "en": "not no never dont doesnt didnt isnt wasnt arent wont without nothing hardly",
    "es": "no nunca tampoco sin nada ni",
    "fr": "pas jamais sans rien aucun aucune",
    "de": "nicht kein keine keinen keinem keiner nie niemals ohne nichts",
}
THANKS = frozenset(words("thanks thank appreciate gracias merci danke dankeschön"))  # “no thank you” is polite
KIND_WORDS, ANGRY_WORDS, NEGATIONS = (
    frozenset(word for each in table.values() for word in words(each)) for table in (KIND, ANGRY, NOT)
)
REACHES = 3  # words that a “not” counts for, within its part of the sentence
BREAKS = re.compile(r"[.,;:!?…¡¿\n]+")


def kind_and_angry(text: str) -> tuple[int, int]:
    """How many words of each."""
    kind = angry = 0
    for part in BREAKS.split(text):
        said = words(part)
        for place, word in enumerate(said):
            if word not in KIND_WORDS and word not in ANGRY_WORDS:
                continue
            is_denied = not NEGATIONS.isdisjoint(said[max(0, place - REACHES) : place])
            kind += word in KIND_WORDS and (not is_denied or word in THANKS)
            angry += word in ANGRY_WORDS if not is_denied else word in KIND_WORDS and word not in THANKS
    return kind, angry
