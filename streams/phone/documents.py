"""The carrier's XML, read as the carrier reads it. Pure.

A document that it would not take raises `NotADocument`. Declarations of types and entities are refused outright, so
no document can make the phone read files or swell.
"""

from dataclasses import dataclass
from xml.etree import ElementTree

SIZE_LIMIT = 100 * 1024  # bytes
DEEPEST = 5
VERBS = frozenset(
    (
        *("Speak", "Play", "Wait", "DTMF", "GetDigits", "GetInput", "Record", "Dial", "Conference", "MultiPartyCall"),
        *("Stream", "Redirect", "Hangup", "Message", "PreAnswer"),
    )
)
# What WOMAN and MAN speak. Any other language makes the carrier refuse the whole document.
LANGUAGES = frozenset(
    (
        *("da-DK", "nl-NL", "en-AU", "en-GB", "en-US", "fr-FR", "fr-CA", "de-DE", "it-IT"),
        *("pl-PL", "pt-PT", "pt-BR", "ru-RU", "es-ES", "es-US", "sv-SE"),
    )
)


class NotADocument(Exception):
    """The answer is not one well-formed <Response> of the carrier's verbs."""


@dataclass(frozen=True)
class Element:
    """One verb, or a part of one."""

    name: str
    text: str
    attributes: dict[str, str]
    children: tuple["Element", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute's text."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: float) -> float:
        """A number attribute; what is not a number counts as not given."""
        try:
            return float(self.attributes.get(name, default))
        except ValueError:
            return default

    def says(self, name: str, default: bool) -> bool:
        """A yes-or-no attribute."""
        return self.attributes.get(name, str(default)).lower() == "true"


Document = tuple[Element, ...]


def parse(body: str) -> Document:
    """The verbs of a document, in order. Raises `NotADocument` with a sentence."""
    if len(body.encode()) > SIZE_LIMIT:
        raise NotADocument("The document is longer than 100 KB.")
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise NotADocument("The document declares types or entities.")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise NotADocument(f"The answer is not XML: {error}.") from error
    if root.tag != "Response":
        raise NotADocument(f"The document begins with <{root.tag}>; it must be one <Response>.")
    document = _element(root).children
    for element in document:
        _check(element)
    return document


def _element(node: ElementTree.Element, depth: int = 0) -> Element:
    if depth > DEEPEST:
        raise NotADocument("The document is nested too deeply.")
    children = tuple(_element(child, depth + 1) for child in node)
    return Element(node.tag, (node.text or "").strip(), dict(node.attrib), children)


def _check(element: Element) -> None:
    if element.name not in VERBS:
        raise NotADocument(f"<{element.name}> is none of the carrier's verbs.")
    voice, language = element.get("voice", "WOMAN"), element.get("language", "en-US")
    if element.name == "Speak" and not voice.startswith("Polly.") and language not in LANGUAGES:
        raise NotADocument(f"<Speak> has no voice for the language {language!r}.")
    if element.name == "Speak" and len(element.text) > 3000:
        raise NotADocument("<Speak> has more than 3000 characters.")
