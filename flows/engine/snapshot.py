"""A flow and a call's state as JSON, and back. Pure.

`SPEC` is the number of the format. A snapshot of an older spec is upgraded when it is read and never rewritten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flows.engine import languages
from flows.engine.answers import known_answers
from flows.engine.commands import ToolSlot
from flows.engine.inside import SubFlow
from flows.engine.languages import Language
from flows.engine.machine import Exit, Flow
from flows.engine.recording import Recording
from flows.engine.schedule import Holiday, OpenPeriod, Schedule
from flows.engine.step import Option, State, Step
from flows.engine.stored_settings import build, settings_of
from flows.engine.tools import Lookup
from flows.engine.upgrades import SPEC, upgrade

Json = dict[str, Any]


def dump(flow: Flow) -> Json:
    """The whole flow as JSON values. `load` gives an equal flow back."""
    lookups = {key: asdict(lookup) for key, lookup in flow.resources.get("lookup", {}).items()}
    inside = {key: _dump_inside(sub) for key, sub in flow.resources.get("flow", {}).items() if sub.flow}
    return {
        "spec": SPEC,
        "name": flow.name,
        "language": flow.language,
        "voice": flow.voice,
        "transcriber": flow.transcriber,
        "agent": flow.agent,
        "discloses_ai": flow.discloses_ai,
        **_of_recording(flow),
        **({"languages": languages.written(flow.languages)} if flow.languages else {}),
        "start": flow.start,
        "steps": {
            key: {"kind": step.kind, "name": flow.name_of(key), "settings": settings_of(step)}
            for key, step in flow.steps.items()
        },
        "exits": [{**asdict(exit_), "phrases": list(exit_.phrases)} for exit_ in flow.exits.values()],
        "resources": {
            "hours": {key: asdict(schedule) for key, schedule in flow.resources.get("hours", {}).items()},
            "destination": dict(flow.resources.get("destination", {})),
            **({"lookup": lookups} if lookups else {}),  # so that a version without any stays the same
            **({"flow": inside} if inside else {}),
            **_recordings(flow.resources),
        },
    }


def load(stored: Mapping[str, Any]) -> Flow:
    """A flow from its snapshot, of today's or any earlier spec.

    Raises `SettingsError` when a step's settings do not fit its kind, `KeyError` when a part is missing.
    """
    whole = upgrade(dict(stored))
    exits = [Exit(**{**row, "phrases": tuple(row["phrases"])}) for row in whole["exits"]]
    resources = {
        "hours": {key: _schedule(row) for key, row in whole["resources"]["hours"].items()},
        "destination": dict(whole["resources"]["destination"]),
        "lookup": {key: _lookup(row) for key, row in whole["resources"].get("lookup", {}).items()},
        "flow": {key: _load_inside(row) for key, row in whole["resources"].get("flow", {}).items()},
        **_recordings(whole["resources"]),
    }
    return make_flow(
        name=whole["name"],
        language=whole["language"],
        voice=whole["voice"],
        transcriber=whole["transcriber"],
        agent=whole["agent"],
        discloses_ai=whole["discloses_ai"],
        recording=Recording(**whole["recording"]) if whole.get("recording") else None,
        keeps_transcripts=whole.get("keeps_transcripts", True),
        start=whole["start"],
        steps={key: (row["kind"], row["name"], row["settings"]) for key, row in whole["steps"].items()},
        exits=exits,
        resources=resources,
        further=languages.read(whole.get("languages", ())),
    )


def readable(stored: Mapping[str, Any] | None) -> Flow | None:
    """The same; None where there is none, or where another release of this program made it."""
    try:
        return load(stored) if stored else None
    except (ValueError, KeyError, TypeError):  # `SettingsError` is a `ValueError`
        return None


def make_flow(
    *,
    name: str,
    start: str,
    steps: Mapping[str, tuple[str, str, Mapping[str, Any]]],
    exits: list[Exit],
    language: str = "en-US",
    voice: str = "",
    transcriber: str = "",
    agent: str = "",
    discloses_ai: bool = True,
    recording: Recording | None = None,
    keeps_transcripts: bool = True,
    resources: Mapping[str, Mapping[str, Any]] | None = None,
    further: Sequence[Language] = (),
) -> Flow:
    """Put a flow together from plain parts: steps by key as (kind, name, settings), exits in their order."""
    found = {"hours": {}, "destination": {}, "lookup": {}, "flow": {}, **(resources or {})}
    options: dict[str, list[Option]] = {key: [] for key in steps}
    for each in exits:
        options.setdefault(each.step, []).append(Option(outcome=each.outcome, label=each.label, phrases=each.phrases))
    built: dict[str, Step] = {}
    for key, (kind, _, settings) in steps.items():
        built[key] = build(kind, settings, options[key]).resolve(found).spoken_in(language)
        built[key] = built[key].among(language, [other.code for other in further])
    answers = known_answers(built.values())
    own = {key: step.knowing(answers) for key, step in built.items()}
    return Flow(
        name=name,
        language=language,
        voice=voice,
        transcriber=transcriber,
        agent=agent,
        discloses_ai=discloses_ai,
        recording=recording,
        keeps_transcripts=keeps_transcripts,
        start=start,
        steps=own,
        exits={(e.step, e.outcome): e for e in exits},
        names={key: title for key, (_, title, _) in steps.items()},
        resources=found,
        languages=tuple(further),
        translated={each.code: {key: step.in_language(each.code) for key, step in own.items()} for each in further},
    )


def dump_state(state: State) -> Json:
    """What a call must remember across a pause, as JSON.

    Keys that are being typed are left out: they may be a PIN, and the step that takes them begins again anyway.
    """
    kept = asdict(state)
    del kept["typed"], kept["scratch"]
    if not state.language:
        del kept["language"]
    return {**kept, "tried": list(state.tried)}


def load_state(stored: Mapping[str, Any]) -> State:
    """The state that `dump_state` stored."""
    return State(**{**stored, "tried": tuple(stored.get("tried", ()))})


def _of_recording(flow: Flow) -> Json:
    """What is kept of calls, where that is unusual: so a version of an earlier release stays the same."""
    recorded = {"recording": asdict(flow.recording)} if flow.recording else {}
    return recorded | ({} if flow.keeps_transcripts else {"keeps_transcripts": False})


def _dump_inside(sub: SubFlow) -> Json:
    return {"name": sub.name, "number": sub.number, "flow": dump(sub.flow) if sub.flow else None}


def _load_inside(row: Mapping[str, Any]) -> SubFlow:
    return SubFlow(name=row["name"], number=row["number"], flow=load(row["flow"]))


def _lookup(row: Mapping[str, Any]) -> Lookup:
    slots = [ToolSlot(**{**slot, "choices": tuple(map(tuple, slot["choices"]))}) for slot in row["slots"]]
    return Lookup(**{**row, "slots": tuple(slots), "finds": tuple(row.get("finds", ()))})


def _recordings(resources: Mapping[str, Mapping[str, Any]]) -> Json:
    """Digests of recordings by the text they are heard for; nothing at all where there are none, as of old."""
    return {"recording": dict(resources["recording"])} if resources.get("recording") else {}


def _schedule(row: Mapping[str, Any]) -> Schedule:
    periods = tuple(OpenPeriod(**period) for period in row["periods"])
    holidays = tuple(Holiday(**holiday) for holiday in row["holidays"])
    return Schedule(name=row["name"], zone=row["zone"], periods=periods, holidays=holidays)
