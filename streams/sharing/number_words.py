"""The words that people say digits with, in the languages that callers speak to a line most. Pure.

Written without accents and in small letters, ß as ss: that is how they are looked up.
"""

# ruff: noqa: SIM905  lists of words read best as sentences

import re

ONES = (  # zero to nine
    "zero one two three four five six seven eight nine",
    "null eins zwei drei vier funf sechs sieben acht neun",
    "null ein zwo drei vier fuenf sechs sieben acht neun",
    "zero un deux trois quatre cinq six sept huit neuf",
    "zero une deux trois quatre cinq six sept huit neuf",
    "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "zero uno due tre quattro cinque sei sette otto nove",
    "zero um dois tres quatro cinco seis sete oito nove",
    "nul een twee drie vier vijf zes zeven acht negen",
    "oh won too tree fower fife six seven ate niner",
    "nought one duas three four five meia seven eight nine",
    "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec",
    "nol en to tre fire fem seks syv atte ni",
    "noll ett tva tre fyra fem sex sju atta nio",
)
ELEVEN_ON = (  # ten to nineteen
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
    "dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf",
    "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
    "dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove",
    "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
)
TENS_ON = (  # twenty to ninety
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "vingt trente quarante cinquante soixante septante huitante nonante",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "twenty thirty fourty fifty sixty seventy eighty ninety",
)
# Also words of everyday speech: they count as digits only where they stand in a number, which makes them fillers.
EVERYDAY = frozenset("won too to ate en een une un ein um fire sex ni".split())

VALUES: dict[str, int] = {
    word: first + step * place
    for lists, first, step in ((ONES, 0, 1), (ELEVEN_ON, 10, 1), (TENS_ON, 20, 10))
    for words in lists
    for place, word in enumerate(words.split())
    if word not in EVERYDAY
} | {"o": 0, "zwoelf": 12, "fuenfzehn": 15, "fuenfzig": 50, "vingts": 20}
TENS = frozenset(str(ten) for ten in range(20, 100, 10))
SCALES = frozenset(
    "hundred thousand hundert tausend cent cents mille cien ciento mil cento cem honderd duizend dozen".split()
)
REPEATS = {"double": 2, "triple": 3, "treble": 3, "doppel": 2, "doble": 2, "doppio": 2, "dubbel": 2}
FILLERS = EVERYDAY | frozenset(
    "and dash hyphen minus plus dot point slash stroke space comma then uh um er erm ah eh for y und et e "
    "strich punkt tiret espace guion punto trattino traco streepje code area extension ext".split()
)
# “zweiundvierzig”, “quarantadue”, “tweeenveertig”: written as one word.
COMPOUND = re.compile(
    r"(?:(?:ein|zwei|drei|vier|funf|fuenf|sechs?|sieb(?:en)?|acht|neun)(?:und(?:zwan|drei|vier|funf|fuenf|sech|sieb|acht|"
    r"neun)(?:zig|ssig)|(?:hundert|tausend)[a-z]*)"
    r"|(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)[aio]?(?:uno|due|tre|quattro|cinque|sei|sette|otto|nove)"
    r"|(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)en(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)"
    r"|veinti(?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))"
)
