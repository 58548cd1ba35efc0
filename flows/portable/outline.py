"""The lines of a file: texts, lists and named fields, indented as in YAML. The only place that knows YAML.

Files come from anywhere, so nothing in them is ever taken for more than text: no types, no aliases, no tags. A bare
`no`, `10:30` or `+1415…` is what stands there. Every part knows its line, so that complaints can name it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

MOST_CHARACTERS = 300_000
MOST_PARTS = 20_000
DEEPEST = 8
WIDE = 100  # characters of a line that is written

Written = str | Sequence["Written"] | Mapping[str, "Written"]

HOW_TO_QUOTE = (
    "Check its spaces, and that each name is followed by a colon. A text that begins with * & ! % @ # [ or {, or "
    "holds a colon, stands in quotes: '…'."
)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # only its parser is used; nothing is constructed


@dataclass(frozen=True)
class Complaint:
    """What is wrong at a line of the file, 0 for the file as a whole, as a sentence that says what to do."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


class Unreadable(Exception):
    """The file cannot be taken. `complaints` say why, in the order of its lines."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = sorted(complaints, key=lambda complaint: complaint.line)
        super().__init__(" ".join(map(str, self.complaints)))


@dataclass(frozen=True)
class Text:
    """A text as it stands in the file."""

    text: str
    line: int = 0


@dataclass(frozen=True)
class Rows:
    """A list."""

    rows: "tuple[Part, ...]"
    line: int = 0


@dataclass(frozen=True)
class Fields:
    """Named parts, in their order. No name stands there twice."""

    fields: "tuple[tuple[Text, Part], ...]"
    line: int = 0


Part = Text | Rows | Fields


def read(text: str) -> Part:
    """The parts of a file. Raises `Unreadable`."""
    if len(text) > MOST_CHARACTERS:
        raise _unreadable(0, f"This file is too large for a flow: it may have at most {MOST_CHARACTERS:,} characters.")
    try:
        return _built(yaml.parse(text, Loader=LOADER), text.splitlines())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(mark.line + 1 if mark else 0, f"This cannot be read. {HOW_TO_QUOTE}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        sentence = "This is not a text file, or it holds characters that no text has. Export the flow again."
        raise _unreadable(0, sentence) from error


def write(part: Written) -> str:
    """The lines for these parts. `read` gives the same texts back."""
    return str(yaml.dump(part, Dumper=_Writer, width=WIDE, allow_unicode=True, sort_keys=False))


def _unreadable(line: int, sentence: str) -> Unreadable:
    return Unreadable([Complaint(line, sentence)])


# --- Reading ----------------------------------------------------------------------------------------------------------


class _Open:
    """A list, or named parts, that is not at its end yet."""

    def __init__(self, line: int, *, named: bool) -> None:
        self.line, self.named, self.parts, self.names = line, named, list[Part](), set[str]()

    def take(self, part: Part) -> None:
        if self.named and len(self.parts) % 2 == 0:
            if not isinstance(part, Text):
                raise _unreadable(part.line, "The name of a part is a plain text.")
            if part.text in self.names:
                raise _unreadable(part.line, f"“{part.text[:60]}” stands here twice. Keep one of them.")
            self.names.add(part.text)
        self.parts.append(part)

    def closed(self) -> Part:
        if not self.named:
            return Rows(tuple(self.parts), self.line)
        names = [name for name in self.parts[::2] if isinstance(name, Text)]
        return Fields(tuple(zip(names, self.parts[1::2], strict=True)), self.line)


def _built(events: Iterator[Any], lines: list[str]) -> Part:
    whole, above, count = None, list[_Open](), 0
    for event in events:
        count += 1
        line = event.start_mark.line + 1
        _plain(event, line, lines)
        if count > MOST_PARTS:
            raise _unreadable(line, "This file has more parts than any flow. Nothing after this line was read.")
        if isinstance(event, yaml.DocumentStartEvent) and whole is not None:
            raise _unreadable(line, "A second file begins here. Import one flow at a time.")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(above) == DEEPEST:
                raise _unreadable(line, "This is indented more deeply than anything in a flow.")
            above.append(_Open(line, named=isinstance(event, yaml.MappingStartEvent)))
            continue
        if isinstance(event, yaml.ScalarEvent):
            part: Part = Text(event.value, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            part = above.pop().closed()
        else:
            continue
        if above:
            above[-1].take(part)
        else:
            whole = part
    return whole if whole is not None else Text("")


def _plain(event: Any, line: int, lines: list[str]) -> None:
    """Refuse what is more than text, and what would be lost without a word."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
        raise _unreadable(line, "A text that begins with *, & or ! stands in quotes: '…'.")
    if isinstance(event, yaml.ScalarEvent) and event.value and not event.style:
        end: Any = event.end_mark
        rest = lines[end.line][end.column :] if end.line < len(lines) else ""
        if re.match(r"\s+#", rest):
            sentence = "What follows the # would not be read. Put the text in quotes, or the remark on its own line."
            raise _unreadable(end.line + 1, sentence)


# --- Writing ----------------------------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Everything is text, so nothing is quoted but what could not be read otherwise."""

    yaml_implicit_resolvers: Any = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists stand below their name, indented

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _styled(writer: _Writer, text: str) -> Any:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    """Long texts stand below their name, as they are or folded, where nothing of them gets lost by it."""
    lines = text.removesuffix("\n").split("\n")
    if not text or not text.isprintable() and not all(line.isprintable() for line in lines):
        return '"' if text else "'"
    if any(not line or line != line.strip() for line in lines):
        return '"' if len(lines) > 1 else None
    if len(lines) > 1 or text.endswith("\n"):
        return "|"
    return ">" if len(text) > WIDE * 0.8 and "  " not in text else None


_Writer.add_representer(str, _styled)
