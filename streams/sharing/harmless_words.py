"""The words that tell a clock time, a day, a count or an amount from a number that says who somebody is. Data.

English, Spanish, French and German, written without accents and in small letters: that is how they are looked up.
"""

# ruff: noqa: SIM905  lists of words read best as sentences

MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "januar janner februar marz juni juli oktober dezember".split()
)

# Behind a figure they make it a time of day.
OF_THE_DAY = (
    r"(?:a\.?\s?m\b(?!\s+i\b)\.?|p\.?\s?m\b\.?|uhr\b|o\s?['’]?\s?clock\b|hrs?\b|h\b|horas?\b|heures?\b"
    r"|in the (?:morning|afternoon|evening)\b|(?:de|por) la (?:manana|tarde|noche)\b|del mediodia\b"
    r"|du (?:matin|soir)\b|de l['’]\s?apres-midi\b|(?:vor|nach)mittags\b|morgens\b|abends\b)"
)

# Before a clock time they say that it is one.
AT = (
    r"(?:at|by|until|till?|before|after|between|um|bis|gegen|vor|nach|zwischen|seit|(?:a|sobre|hasta|desde|entre) las?"
    r"|a|vers|avant|apres|entre|today|tomorrow|tonight|hoy|manana|aujourd['’]hui|demain|heute|morgen|"
    r"mon|tues?|wed|thu(?:rs)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
)
RANGES = r"(?:from|between|von|zwischen|desde(?: las?)?|de|entre(?: las?)?)"

CURRENCIES = (
    r"(?:[$€£]|(?:dollars?|bucks|euros?|pounds?|cents?|dolares|dolar|libras?|centimos?|pesos?|livres|centimes?|"
    r"pfund|franken|francs?|usd|eur|gbp|chf)\b)"
)
UNITS = (
    r"(?:(?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?|times|people|persons|guests|adults|children|kids|"
    r"tickets?|items?|pieces?|boxes|rooms?|nights?|seats?|percent|miles|kilometers|kilometres|"
    r"segundos?|minutos?|horas?|dias?|semanas?|mes(?:es)?|anos?|veces|personas?|entradas?|billetes?|noches?|kilometros|"
    r"secondes?|heures?|jours?|semaines?|mois|ans?|annees?|fois|personnes?|billets?|places?|nuits?|kilometres?|"
    r"sekunden?|minuten?|stunden?|tagen?|tage|wochen?|monaten?|monate|jahren?|jahre|mal|personen?|leute|karten|"
    r"stuck|prozent|kilometer)\b|%)"
)

# What follows, or stands before, one of these is a secret whatever it looks like.
SECRETS = (
    r"\b(?:pins?|\w*codes?|pass(?:word|wort|phrase)s?|\w*kennw[oe]rter?|kennwort|geheim(?:zahl|nummer)|codigos?|claves?|"
    r"contrasenas?|mots? de passe|cvv|cvc|csc|otp|puk|tokens?|secrets?|secreto|nip|codice|senha|wachtwoord|ssn)\b"
)
BIRTH = (
    r"\b(?:born|birth\w*|dob|nacid[oa]s?|nacimiento|naci|cumpleanos|naissance|anniversaire|geboren|geburts?\w*|"
    r"(?:suis|es|est|etes|etais|etait) nee?)\b"
)
# A time that stands near one of these must be marked as one: “at 10:30”, “10:30 am”.
NUMBERED = (
    r"\b(?:plates?|kennzeichen|matriculas?|plaque|numbers?|digits?|figures|accounts?|cards?|iban|references?|orders?|"
    r"invoices?|polic(?:y|ies)|phones?|mobile|"
    r"telephone|serial|id|numeros?|cuentas?|tarjetas?|telefonos?|movil|referencias?|pedidos?|cifras?|digitos?|facturas?|"
    r"comptes?|cartes?|portable|chiffres?|commandes?|factures?|\w*nummern?|kont(?:o|en)|karten?|telefon|handy|ziffern?|"
    r"zahl(?:en)?|referenz|ext(?:ension)?|registration|passports?|licen[cs]e|dni|pasaporte|passeport|ausweis)\b"
)
