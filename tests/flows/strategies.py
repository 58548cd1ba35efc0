"""Random flows and events for hypothesis, made from the register of kinds and the list of events: a new kind, setting
or event is covered without touching this file.
"""

import dataclasses
import typing
from types import UnionType
from typing import Any

from hypothesis import strategies as st

from flows.engine import events as on
from flows.engine.answers import OF_EVERY_CALL
from flows.engine.events import Event
from flows.engine.machine import Exit, Flow
from flows.engine.problems import setting_problems
from flows.engine.snapshot import dump, load, make_flow
from flows.engine.step import Option, Param, params
from flows.engine.stored_settings import build
from flows.engine.translating import to_translate
from flows.steps import REGISTRY
from tests.builders import RESOURCES

TEXTS = ["", "Hello.", "For billing, press 1.", "##-##", "4*", "number", "agent", "please", "\x00", "ß" * 300]
OUTCOMES = ["0", "1", "2", "12", "204", "*", "#", "#1", "booked", "two words", "", "Ä"]
SAID = [
    "",
    "word 1",
    "say word 2 please",
    "one",
    "four two seven one",
    "agent",
    "yes",
    "no",
    "uh",
    "not billing",
    "Booked please",
    "\x00",
]
RESULTS = ["completed", "busy", "no-answer", "failed", "person", "booked", "limit", "made-up", ""]

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "at": st.floats(0, 4000) | st.just(float("nan")),
    "began": st.floats() | st.just(1_783_332_000.0),
    "early": st.booleans(),
    "confirmed": st.booleans(),
    "digit": st.sampled_from([*"0123456789*#AD", "", "12"]),
    "text": st.sampled_from(SAID) | st.text(max_size=20),
    "confidence": st.sampled_from([1.0, 0.4, 0.2, -1.0, float("nan")]),
    "timer": st.sampled_from(["wait", "agent", "confirm", "filler", "limit", "other"]),
    "cents": st.sampled_from([0.0, 1.0, 1e9, float("nan")]),
    "outcome": st.sampled_from(RESULTS),
    "result": st.sampled_from(RESULTS),
    "seconds": st.integers(-1, 600),
    "answers": st.dictionaries(st.sampled_from(["name", "number"]), st.sampled_from(SAID), max_size=2),
    "call_id": st.sampled_from(["call-1", "call-2", ""]),
    "tool": st.sampled_from(["put_through", "leave_message", "look_up_orders", ""]) | st.text(max_size=10),
    "arguments": st.dictionaries(
        st.sampled_from(["to", "message", "order"]) | st.text(max_size=8),
        st.none() | st.integers() | st.sampled_from(["desk", "4711"]) | st.text(max_size=8),
        max_size=3,
    ),
    "answer": st.sampled_from([*RESULTS, "1", "yes", "2026-12-24", "42"]),
    "request": st.sampled_from(["call-1", "look-up", "text", ""]),
    "ok": st.booleans(),
    "found": st.dictionaries(st.sampled_from(["status", "day"]), st.sampled_from(SAID), max_size=2),
    "caller": st.just("+14155550123"),
    "called": st.just("+14155550199"),
    "earlier_calls": st.integers(-1, 9),
}
CELLS: dict[str, st.SearchStrategy[str]] = {  # of rows whose cells mean something
    "otherwise": st.sampled_from([*TEXTS, ""]),
    "outcome": st.sampled_from(["case-1", "case-2", "otherwise", ""]),
    "answer": st.sampled_from([*OF_EVERY_CALL, "answer", "number", "gone", ""]),
    "value": st.sampled_from([*TEXTS, *SAID, "9", "+1 415", "9:00 to 17:00", "Friday to Monday", "2026-12-24, today"]),
}
GOOD_ROWS = {  # of settings that are filled in with rows
    "cases": [
        {"outcome": "case-1", "answer": "earlier_calls", "comparison": "more", "value": "3"},
        {"outcome": "case-2", "answer": "callers_number", "comparison": "begins", "value": "+1 415"},
    ],
    "sends": [{"slot": "order", "answer": "", "value": "4711"}],
}


def every_event() -> list[type[Event]]:
    """Every event there is."""
    found = [cls for cls in vars(on).values() if isinstance(cls, type) and issubclass(cls, Event) and cls is not Event]
    return sorted(found, key=lambda cls: cls.__name__)


def events() -> st.SearchStrategy[tuple[Event, int | None]]:
    """An event, and how many turns from the present one it answers (None: the caller's own act)."""
    turns = st.sampled_from([None, 0, 0, 0, -1, 1, -99])
    return st.tuples(st.sampled_from(every_event()).flatmap(_event), turns)


def _event(kind: type[Event]) -> st.SearchStrategy[Event]:
    names = [field.name for field in dataclasses.fields(kind) if field.name != "turn"]
    return st.builds(kind, **{name: FIELDS[name] for name in names})


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any flow at all: half-finished, circular, with settings that no form would let pass."""
    keys = [f"s{number}" for number in range(draw(st.integers(1, 5)))]
    steps, exits = {}, []
    for key in keys:
        kind = draw(st.sampled_from(sorted(REGISTRY)))
        steps[key] = (kind, key.upper(), draw(settings(kind)))
        names = draw(st.lists(st.sampled_from(OUTCOMES), max_size=4, unique=True))
        exits += draw(_exits(key, kind, steps[key][2], names, [*keys, *keys, None]))
    return make_flow(name="Any", start=draw(st.sampled_from(keys)), steps=steps, exits=exits, resources=RESOURCES)


@st.composite
def publishable_flows(draw: st.DrawFn) -> Flow:
    """Flows such as builders publish: all filled in, every exit leading on, the last step hanging up."""
    keys = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    steps, exits = {"end": ("hang_up", "End", {})}, []
    several = draw(st.booleans())  # languages; the flow that others go to has one
    kinds = sorted(set(REGISTRY) - {"hang_up", "go_to_flow" if several else "language_choice"})
    for place, key in enumerate(keys):
        kind = draw(st.sampled_from(kinds))
        ahead = [*keys[place + 1 :], "end"]
        targets = [*ahead, *keys] if REGISTRY[kind].waits else ahead
        steps[key] = (kind, key.upper(), draw(good_settings(kind)))
        exits += draw(_exits(key, kind, steps[key][2], good_options(kind), targets))
    made = make_flow(name="Good", start=keys[0], steps=steps, exits=exits, resources=RESOURCES)
    return _speaking_spanish(made) if several else made


def _speaking_spanish(flow: Flow) -> Flow:
    """The flow with a further language, in which it says the same."""
    stored = dump(flow)
    for key, step in flow.steps.items():
        stored["steps"][key]["settings"]["translations"] = {"es-ES": to_translate(step)}
    return load({**stored, "languages": [{"language": "es-ES", "voice": ""}]})


@st.composite
def _exits(
    draw: st.DrawFn, key: str, kind: str, given: dict[str, Any], names: list[str], targets: list[str | None]
) -> list[Exit]:
    """An exit for every outcome; the first leads to the first target, so that no flow turns only in circles."""
    options = [Option(outcome=name, label=f"Choice {name}") for name in names] if REGISTRY[kind].takes_options else []
    own = {outcome.name for outcome in REGISTRY[kind].own_outcomes}
    return [
        Exit(
            step=key,
            outcome=outcome.name,
            goes_to=draw(st.sampled_from(targets if place else targets[:1])),
            label="" if outcome.name in own else outcome.label,
            phrases=() if outcome.name in own else draw(st.sampled_from([(), (f"word {outcome.name}",)])),
        )
        for place, outcome in enumerate(build(kind, given, options).outcomes())
    ]


def settings(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Settings of a kind as they are stored, each within its type and limits but with any text."""
    hints = typing.get_type_hints(REGISTRY[kind])
    return st.fixed_dictionaries(
        {}, optional={name: _setting(hints[name], about) for name, about in params(REGISTRY[kind]).items()}
    )


def good_settings(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Settings of a kind in which a form would find nothing to mend."""
    filled = {
        name: next(iter(RESOURCES[about.refers_to])) if about.refers_to else GOOD_ROWS.get(name, "Hello.")
        for name, about in params(REGISTRY[kind]).items()
        if (about.required or name in GOOD_ROWS) and name != "answer"
    }
    return settings(kind).map(lambda given: _mended(kind, _without_dangling(kind, given), filled))


def _without_dangling(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The settings without what refers to something that does not exist, which no form offers."""
    kept = {}
    for name, stored in given.items():
        known = RESOURCES.get(params(REGISTRY[kind])[name].refers_to)
        if known is None or stored == "" or stored in ([], None):
            kept[name] = stored
        elif isinstance(stored, list):
            kept[name] = [key for key in stored if key in known]
        elif stored in known:
            kept[name] = stored
    return kept


def good_options(kind: str) -> list[str]:
    """Names of options that this kind accepts."""
    return [name for name in OUTCOMES if not _complaints(kind, {}, name) & {f"exit:{name}"}][:3]


def _mended(kind: str, given: dict[str, Any], filled: dict[str, Any]) -> dict[str, Any]:
    """The settings without those that a form would refuse, one by one when it refuses what was not given."""
    names = good_options(kind)
    while given and (bad := _complaints(kind, given | filled, *names)):
        drop = bad & set(given) or {next(iter(given))}
        given = {name: stored for name, stored in given.items() if name not in drop}
    return given | filled


def _complaints(kind: str, given: dict[str, Any], *names: str) -> set[str]:
    options = [Option(outcome=name, label=f"Choice {name}") for name in names]
    return {problem.field for problem in setting_problems(build(kind, given, options).resolve(RESOURCES))}


def _cell(field: dataclasses.Field[str]) -> st.SearchStrategy[str]:
    if "choices" in field.metadata:
        return st.sampled_from([choice for choice, _ in field.metadata["choices"]])
    is_plain = not {"offers", "hidden", "optional"} & field.metadata.keys()
    return st.sampled_from(TEXTS) if is_plain else CELLS[field.name]


def _setting(hint: Any, about: Param) -> st.SearchStrategy[Any]:
    origin = typing.get_origin(hint)
    if about.choices:
        return st.sampled_from([choice for choice, _ in about.choices])
    if about.offers == "answers":
        return CELLS["answer"]
    if about.refers_to and origin is tuple:
        return st.lists(st.sampled_from([*RESOURCES[about.refers_to], "gone"]), max_size=2)
    if about.refers_to:
        return st.sampled_from([*RESOURCES[about.refers_to], "", "gone"])
    if origin in (typing.Union, UnionType):
        return st.none() | _setting(next(h for h in typing.get_args(hint) if h is not type(None)), about)
    if origin is tuple:
        row = {field.name: _cell(field) for field in dataclasses.fields(typing.get_args(hint)[0])}
        return st.lists(st.fixed_dictionaries(row), max_size=2)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(int(about.min or 0), int(about.max if about.max is not None else 10**6))
    if hint is float:
        return st.floats(about.min or 0, about.max if about.max is not None else 10**6)
    return st.sampled_from(TEXTS)
