"""The templates that a new flow can begin with: the files in `flows/gallery`, in the order of their names."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.engine.step import REGISTRY, params
from flows.portable.describing import FlowFile, StepFile
from flows.portable.reading import file_of

FOLDER = Path(__file__).parent.parent / "gallery"


@dataclass(frozen=True)
class Template:
    """One template. `heard_first` is what callers hear before they can do anything, "" for nothing."""

    name: str
    file: FlowFile
    heard_first: str


@cache
def templates() -> tuple[Template, ...]:
    """All of them, read once."""
    paths = sorted(FOLDER.glob("*.yaml"))
    files = [(path.stem, file_of(path.read_text(encoding="utf-8"))) for path in paths]
    return tuple(Template(name, file, heard_first(file)) for name, file in files)


def template(name: str) -> Template | None:
    """The template with this name."""
    return next((each for each in templates() if each.name == name), None)


def heard_first(file: FlowFile) -> str:
    """The first text on the way from the beginning, where we are open."""
    steps = {step.name: step for step in file.steps}
    here, seen = steps.get(file.start), set[str]()
    while here and here.name not in seen:
        if said := _said(here):
            return said
        seen.add(here.name)
        here = steps.get(next(iter(here.goes_to.values()), ""))
    return ""


def _said(step: StepFile) -> str:
    spoken = [name for name, about in params(REGISTRY[step.kind]).items() if about.spoken and about.required]
    return next((str(step.settings[name]) for name in spoken if step.settings.get(name)), "")
