"""From what a flow says of itself to the text of its file."""

from collections.abc import Iterator

from flows.engine.languages import known
from flows.engine.stored_settings import build
from flows.models import Flow, Plays
from flows.portable import lookup_words, week, wording
from flows.portable.describing import CallFile, Choice, FlowFile, StepFile
from flows.portable.outline import Written, write

ABOUT = "# A phone line, to be read and changed by people. Open it with “Import a file” on the page of flows.\n"
USUAL_VOICE = "the usual voice"
LANGUAGES = dict(Flow._meta.get_field("language").choices or [])  # type: ignore[arg-type]


def text_of(file: FlowFile) -> str:
    """The file as text: the line, what it uses, its steps one below the other, then its tests."""
    return "\n".join([ABOUT, *_sections(file)])


def _sections(file: FlowFile) -> Iterator[str]:
    yield write(_line(file))
    if file.hours:
        yield write({"opening hours": [week.in_words(schedule) for schedule in file.hours]})
    if file.destinations:
        yield write({"destinations": dict(file.destinations)})
    if file.lookups:
        yield write({"lookups": [lookup_words.in_words(lookup) for lookup in file.lookups]})
    if file.steps:
        yield _apart("steps", [_step(step) for step in file.steps])
    if file.tests:
        yield _apart("test calls", [_test(test) for test in file.tests])
    if file.waivers:
        yield write({"waivers": [_waiver(each.rule, each.step, each.reason) for each in file.waivers]})


def _test(test: CallFile) -> Written:
    plays: dict[str, Written] = {"the caller is": Plays(test.plays).label} if test.plays else {}
    return {"name": test.name, **plays, "lines": f"{test.lines.rstrip()}\n"}


def _apart(name: str, parts: list[Written]) -> str:
    """A list with an empty line between its entries."""
    entries = [write({name: [part]}).partition("\n")[2] for part in parts]
    return f"{name}:\n" + "\n".join(entries)


def _line(file: FlowFile) -> Written:
    said: dict[str, Written] = {"flow": file.name}
    if file.about:
        said["for whom"] = file.about
    said["language"] = LANGUAGES.get(file.language, file.language)
    if file.languages:
        said["further languages"] = {known(each.code).name: each.voice or USUAL_VOICE for each in file.languages}
    engines = {"voice": file.voice, "what listens": file.transcriber, "assistant": file.agent}
    said |= {name: chosen for name, chosen in engines.items() if chosen}
    said["says that it is an AI"] = wording.YES[0] if file.discloses_ai else wording.NO[0]
    said |= _what_is_kept(file)
    if file.cost_centre:
        said["cost centre"] = file.cost_centre
    if file.start:
        said["calls begin at"] = file.start
    return said


def _what_is_kept(file: FlowFile) -> dict[str, Written]:
    """What is unusual about it: of a line that records nothing and keeps transcripts, there is nothing to say."""
    said: dict[str, Written] = {}
    if file.recording:
        said = {"records calls": wording.YES[0], "callers hear first": file.recording.notice}
        said |= {
            f"callers hear first in {known(each.code).name}": each.notice for each in file.languages if each.notice
        }
        said["callers may object"] = wording.YES[0] if file.recording.may_object else wording.NO[0]
    return said if file.keeps_transcripts else {**said, "keeps transcripts": wording.NO[0]}


def _step(step: StepFile) -> Written:
    said: dict[str, Written] = {"step": step.name, "what happens": wording.kind_in_words(step.kind)}
    words = wording.settings_in_words(step.kind)
    said |= {words[name]: wording.value_in_words(step.kind, name, stored) for name, stored in step.settings.items()}
    for code, texts in step.texts_in.items():
        said[f"in {known(code).name}"] = {words[name]: text for name, text in texts.items()}
    if step.choices:
        said["choices" if step.choices[0].key else "ends"] = [_choice(choice) for choice in step.choices]
    return said | _exits(step)


def _choice(choice: Choice) -> Written:
    said: dict[str, Written] = {"key": choice.key} if choice.key else {}
    said["label"] = choice.label
    if choice.phrases:
        said["callers may say"] = choice.phrases
    said |= {f"callers may say in {known(code).name}": phrases for code, phrases in choice.phrases_in.items()}
    if choice.goes_to:
        said["goes to"] = choice.goes_to
    return said


def _exits(step: StepFile) -> dict[str, Written]:
    """Where callers go then: one line where there is one way on, or a line for each."""
    outcomes = build_outcomes(step)
    if len(outcomes) == 1 and step.goes_to:
        return {"then": next(iter(step.goes_to.values()))}
    words = wording.outcomes_in_words(outcomes)
    when: dict[str, Written] = {words[name]: there for name, there in step.goes_to.items()}
    return {"when": when} if when else {}


def build_outcomes(step: StepFile) -> list[wording.Outcome]:
    """The ways to end that this step has by itself as it is set up, without what a builder added."""
    return list(build(step.kind, step.settings).outcomes())


def _waiver(rule: str, step: str, reason: str) -> Written:
    return {"rule": rule} | ({"step": step} if step else {}) | {"reason": reason}
