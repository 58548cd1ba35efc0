"""Flows in one line, for any test.

    flow_of(
        menu=("menu", "For billing, press 1.", {"1": "billing", ...: "bye"}),
        billing=("transfer", {"destination": "desk"}, "bye"),
        bye=("hang_up", "Goodbye."),
    )

Each step is (kind, settings, exits). Calls begin at the first one; underscores in a key become dashes.

* settings: a dict, or just the first text that callers hear.
* exits: outcome -> next step. The step under `...`, or a string instead of the dict, takes every required exit that is
  not named. An option of a menu or an agent is `outcome: step`, labelled after that step, or
  `outcome: (step, label, phrase, phrase...)`.

`resources` are as in `Flow`; a destination `desk`, the lookups `orders` and `cancel-order`, and opening hours `office`
(weekdays 9 to 17, UTC, closed at Christmas) are always there, and a flow `payment`, which comes back after a card
number, or hangs up.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.engine.commands import ToolSlot
from flows.engine.inside import SubFlow
from flows.engine.machine import Exit, Flow
from flows.engine.schedule import Holiday, OpenPeriod, Schedule
from flows.engine.snapshot import make_flow
from flows.engine.step import Option, Step, params
from flows.engine.stored_settings import build
from flows.engine.tools import Lookup
from flows.steps import REGISTRY

OFFICE = Schedule(
    name="Office",
    zone="UTC",
    periods=tuple(OpenPeriod(weekday=day, opens="09:00", closes="17:00") for day in range(5)),
    holidays=(Holiday(name="Christmas", month=12, day=25),),
)
ORDERS = Lookup(
    name="Order status",
    purpose="When a caller asks where an order is.",
    slots=(ToolSlot(name="order", purpose="The number of the order", pattern="[0-9]{1,20}", longest=20),),
)
RESOURCES: dict[str, dict[str, Any]] = {
    "hours": {"office": OFFICE},
    "destination": {"desk": "Support desk"},
    "lookup": {"orders": ORDERS, "cancel-order": replace(ORDERS, name="Cancel an order", changes=True)},
    "flow": {},
}

Spec = tuple[Any, ...]


def flow_of(*, resources: Mapping[str, Mapping[str, Any]] | None = None, **steps: Spec) -> Flow:
    """A flow whose calls begin at the first step."""
    rows = {_key(key): _row(key, *spec) for key, spec in steps.items()}
    exits = [row for key, spec in steps.items() for row in _exits(_key(key), *spec)]
    return make_flow(name="Test", start=next(iter(rows)), steps=rows, exits=exits, resources=resources or RESOURCES)


def inside_of(name: str, **steps: Spec) -> SubFlow:
    """The same as another flow goes to it, in its first version."""
    return SubFlow(name=name, number=1, flow=flow_of(resources={**RESOURCES, "flow": {}}, **steps))


def step_of(kind: str, settings: Any = None, *options: Option) -> Step:
    """One step alone, for what needs no flow."""
    return build(kind, _settings(kind, settings), options)


def _row(key: str, kind: str, settings: Any = None, exits: Any = None) -> tuple[str, str, dict[str, Any]]:
    return kind, _title(key), _settings(kind, settings)


def _exits(key: str, kind: str, settings: Any = None, exits: Any = None) -> list[Exit]:
    wanted = {...: exits} if isinstance(exits, str) else dict(exits or {})
    rest = wanted.pop(..., None)
    rows = [_exit(key, kind, outcome, given) for outcome, given in wanted.items()]
    options = [Option(outcome=row.outcome, label=row.label) for row in rows]
    outcomes = step_of(kind, settings, *options).outcomes()
    missing = [o.name for o in outcomes if not o.optional and o.name not in wanted] if rest else []
    return rows + [Exit(step=key, outcome=outcome, goes_to=_key(rest)) for outcome in missing]


def _exit(key: str, kind: str, outcome: str, given: Any) -> Exit:
    goes_to, *about = given if isinstance(given, tuple) else (given,)
    is_own = outcome in {own.name for own in REGISTRY[kind].own_outcomes}
    label, *phrases = about or ["" if is_own else _title(goes_to or outcome)]
    return Exit(step=key, outcome=outcome, goes_to=goes_to and _key(goes_to), label=label, phrases=tuple(phrases))


def _settings(kind: str, given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        return {next(name for name, about in params(REGISTRY[kind]).items() if about.spoken): given}
    return dict(given or {})


def _key(key: str) -> str:
    return key.replace("_", "-")


def _title(key: str) -> str:
    return key.replace("-", " ").replace("_", " ").capitalize()


RESOURCES["flow"]["payment"] = inside_of(
    "Payment",
    menu=("menu", "To pay, press 1.", {"1": "card", ...: "bye"}),
    card=("collect_digits", {"prompt": "Your card number?", "answer": "card", "fewest": 4, "most": 4}, "back"),
    back=("go_back",),
    bye=("hang_up", "Bye from payment."),
)
