"""What a file says of a flow: names and settings as people read them. Pure.

Steps, opening hours, destinations and lookups are named, never numbered; `line` is where each stands in its file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.engine.languages import Language
from flows.engine.recording import Recording
from flows.engine.schedule import Schedule


@dataclass(frozen=True)
class Choice:
    """A choice that a builder added to a step. `key` is "" where choices are called by their label alone.

    `phrases_in` is what callers may say in further languages.
    """

    key: str = ""
    label: str = ""
    phrases: str = ""
    goes_to: str = ""
    phrases_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StepFile:
    """One step. `settings` are as they are stored, but what they refer to stands there by its name.

    `goes_to` holds the step that follows an outcome, by the outcome's name; outcomes that lead nowhere are left out.
    `texts_in` are settings in further languages, by language and name.
    """

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    goes_to: Mapping[str, str] = field(default_factory=dict)
    texts_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class LookupFile:
    """Something that is looked up, without its secret."""

    name: str
    about: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class CallFile:
    """A test call: its name, what happens line by line, and which difficult caller it plays."""

    name: str
    lines: str
    plays: str = ""


@dataclass(frozen=True)
class WaiverFile:
    """A rule that does not count at a step, and why."""

    rule: str
    step: str
    reason: str


@dataclass(frozen=True)
class FlowFile:
    """A whole file. `about` is a sentence for whom it is. None for `tests` or `waivers`: the file says nothing of them.

    `destinations` are numbers by name.
    """

    name: str
    about: str = ""
    language: str = "en-US"
    voice: str = ""
    languages: tuple[Language, ...] = ()
    transcriber: str = ""
    agent: str = ""
    discloses_ai: bool = True
    recording: Recording | None = None
    keeps_transcripts: bool = True
    cost_centre: str = ""
    start: str = ""
    hours: tuple[Schedule, ...] = ()
    destinations: Mapping[str, str] = field(default_factory=dict)
    lookups: tuple[LookupFile, ...] = ()
    steps: tuple[StepFile, ...] = ()
    tests: tuple[CallFile, ...] | None = None
    waivers: tuple[WaiverFile, ...] | None = None
