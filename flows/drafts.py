"""What may be done to a draft: every act raises the flow's revision and remembers who did what.

The revision is what keeps two people from overwriting each other: a page carries the revision it was opened with, and
`check_out` refuses when the draft has moved on since.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.timesince import timesince

from flows import history
from flows.engine.step import REGISTRY, Option, Outcome, chosen, params
from flows.engine.stored_settings import SettingsError, build
from flows.models import Exit, Flow, FlowVersion, Step


class Conflict(Exception):
    """Somebody saved this flow since the page was opened. The message says who, what and when.

    `revision` is the one to send to save all the same.
    """

    def __init__(self, sentence: str, revision: int) -> None:
        super().__init__(sentence)
        self.revision = revision


def check_out(flow_pk: int, revision: int, part: str | None = None) -> Flow:
    """Lock the flow for this transaction. Raises `Conflict` unless it is still at `revision`.

    `part` is what the page edits, a step by its key or "" for the line itself: changes elsewhere are no conflict.
    """
    flow = Flow.objects.select_for_update().get(pk=flow_pk)
    if flow.revision != revision and not (part is not None and history.is_same_since(flow, revision, part)):
        who = (flow.changed_by and (flow.changed_by.get_full_name() or flow.changed_by.get_username())) or "Somebody"
        what = f"“{flow.last_change}”" if flow.last_change else "this flow"
        raise Conflict(f"{who} saved {what} {ago(flow.changed_at)}, after you opened this page.", flow.revision)
    history.remember(flow)
    return flow


def ago(moment: datetime) -> str:
    """How long ago that was, in words."""
    is_long = timezone.now() - moment >= timedelta(minutes=1)
    return f"{timesince(moment, depth=1)} ago" if is_long else "a moment ago"


def touch(flow: Flow, *, by: Any, what: str, **about: Any) -> None:
    """The draft was changed: raise its revision, and remember who changed `what`. `about` is for its history."""
    flow.changed_by, flow.last_change, flow.changed_at = by, what[:120], timezone.now()
    Flow.objects.filter(pk=flow.pk).update(
        revision=F("revision") + 1, changed_by=by, last_change=flow.last_change, changed_at=flow.changed_at
    )
    flow.revision += 1
    history.remember(flow, by=by, what=what[:160], **about)


def free_key(name: str, taken: Container[str], *, otherwise: str, longest: int = 60) -> str:
    """A short name made from `name` that is not `taken`: a letter first, of at most `longest` characters."""
    base = slugify(name).strip("-")
    base = (base if base[:1].isalpha() else f"{otherwise}-{base}".strip("-"))[: longest - 5].strip("-")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


@transaction.atomic
def add_step(flow: Flow, *, name: str, kind: str, by: Any = None, after: Exit | None = None) -> Step:
    """A new step at the end of the list, reached from the exit `after`. A flow's first step is where calls begin."""
    history.remember(flow)
    taken = set(flow.steps.values_list("key", flat=True))
    last = flow.steps.aggregate(last=Max("place"))["last"]
    step = Step.objects.create(
        flow=flow,
        key=free_key(name, taken, otherwise=kind),
        name=name,
        kind=kind,
        place=0 if last is None else last + 1,
    )
    sync_exits(step)
    if after is not None:
        Exit.objects.filter(pk=after.pk).update(goes_to=step)
    if flow.start_id is None:
        flow.start = step
        flow.save(update_fields=["start"])
    touch(flow, by=by, what=f"{name} (added)")
    return step


@transaction.atomic
def move_step(step: Step, by_places: int, *, by: Any = None) -> None:
    """Move a step up (-1) or down (1) in the list. The order is for people; callers do not notice."""
    history.remember(step.flow)
    steps = list(step.flow.steps.all())
    here = steps.index(step)
    there = min(max(here + by_places, 0), len(steps) - 1)
    steps.insert(there, steps.pop(here))
    for place, each in enumerate(steps):
        each.place = place
    Step.objects.bulk_update(steps, ["place"])
    touch(step.flow, by=by, what=f"{step.name} (moved)")


@transaction.atomic
def copy_step(step: Step, *, by: Any = None) -> Step:
    """A second step like this one, with the same settings and exits. Nobody is led to it yet."""
    flow = step.flow
    history.remember(flow)
    names, keys = (set(flow.steps.values_list(field, flat=True)) for field in ("name", "key"))
    name, number = f"{step.name} (copy)", 2
    while name in names:
        name, number = f"{step.name} (copy {number})", number + 1
    last = flow.steps.aggregate(last=Max("place"))["last"] or 0
    copy = Step.objects.create(
        flow=flow,
        key=free_key(name, keys, otherwise=step.kind),
        name=name[:80],
        kind=step.kind,
        settings=step.settings,
        place=last + 1,
    )
    for row in step.exits.all():
        row.pk, row.step = None, copy
        row.save()
    touch(flow, by=by, what=f"{name} (added)")
    return copy


@transaction.atomic
def connect(step: Step, outcome: str, to: Step | None, *, by: Any = None) -> None:
    """Lead one exit of a step to another step of its flow, or nowhere. Raises `Exit.DoesNotExist` for no such exit."""
    history.remember(step.flow)
    row = step.exits.get(outcome=outcome)
    row.goes_to = to
    row.save(update_fields=["goes_to"])
    touch(step.flow, by=by, what=f"{step.name}, “{row.label or outcome}” leads to {to.name if to else 'nothing'}")


@transaction.atomic
def change_step(
    step: Step,
    settings: Mapping[str, Any],
    *,
    options: Sequence[Option] | None = None,
    leads: Mapping[str, str] | None = None,
) -> None:
    """Give a step these settings, and choices where there are any; `leads` are keys of steps, by outcome."""
    rows = {row.outcome: row.goes_to for row in step.exits.select_related("goes_to")}
    keyed = {other.key: other for other in step.flow.steps.all()}
    goes_to = {outcome: keyed.get(key) for outcome, key in (leads or {}).items()}
    step.settings = {**step.settings, **settings}
    step.save(update_fields=["settings"])
    kept = option_rows(step) if options is None else [_option_row(option) for option in options]
    for row in kept:
        row.goes_to = goes_to.get(row.outcome, rows.get(row.outcome))
    write_exits(step, kept, goes_to)


def _option_row(option: Option) -> Exit:
    return Exit(outcome=option.outcome, label=option.label, phrases=", ".join(option.phrases))


@transaction.atomic
def delete_step(step: Step, *, lead_to: Step | None = None, by: Any = None) -> None:
    """Take a step out of the draft. Who came here goes on to `lead_to` instead, or the exits stay open."""
    history.remember(step.flow)
    step.entrances.update(goes_to=lead_to)
    if step.flow.start_id == step.pk:
        step.flow.start = lead_to
        step.flow.save(update_fields=["start"])
    step.delete()
    touch(step.flow, by=by, what=f"{step.name} (deleted)")


def outcomes_of(step: Step, options: Iterable[Option] = ()) -> list[Outcome]:
    """Every way this step can end, as its stored settings say; none when they do not fit its kind."""
    try:
        return list(build(step.kind, step.settings, options).outcomes())
    except SettingsError:
        return []


def option_rows(step: Step) -> list[Exit]:
    """The exits that a builder added, in their order; none for a kind whose exits are fixed."""
    if not takes_options(step):
        return []
    own = {outcome.name for outcome in REGISTRY[step.kind].own_outcomes}
    return [row for row in step.exits.all() if row.outcome not in own]


def takes_options(step: Step) -> bool:
    """Whether a builder adds exits to this step: a menu's keys, an agent's outcomes."""
    return step.kind in REGISTRY and REGISTRY[step.kind].takes_options


@transaction.atomic
def write_exits(step: Step, options: Sequence[Exit], goes_to: Mapping[str, Step | None]) -> None:
    """Store the exits of a step whole: what a builder added, in order, and where each fixed outcome leads.

    `options` are unsaved rows. Rows are found by outcome, so two options may exchange their keys.
    """
    rows = {row.outcome: row for row in step.exits.all()}
    wanted = [*options, *_fixed_exits(step, rows, goes_to)]
    step.exits.exclude(outcome__in=[row.outcome for row in wanted]).delete()
    for place, row in enumerate(wanted):
        row.step, row.place = step, place
        row.pk = rows[row.outcome].pk if row.outcome in rows else None
        row.save()


def sync_exits(step: Step) -> None:
    """Make the rows of fixed exits match the step's settings: new ones begin unconnected, needless ones go."""
    write_exits(step, option_rows(step), {})


def _fixed_exits(step: Step, rows: Mapping[str, Exit], goes_to: Mapping[str, Step | None]) -> Iterator[Exit]:
    for outcome in outcomes_of(step):
        stored = rows[outcome.name].goes_to if outcome.name in rows else None
        yield Exit(outcome=outcome.name, label=outcome.label[:60], goes_to=goes_to.get(outcome.name, stored))


def steps_using(resource: str, key: str) -> Iterator[Step]:
    """The steps of all drafts whose settings refer to this `destination` or `lookup`, or these `hours`."""
    names = {
        kind: [name for name, about in params(cls).items() if about.refers_to == resource]
        for kind, cls in REGISTRY.items()
    }
    kinds = [kind for kind, found in names.items() if found]
    rows = Step.objects.filter(kind__in=kinds).select_related("flow")
    for step in rows.order_by("flow__name", "place", "pk"):
        if any(key in chosen(step.settings.get(name)) for name in names[step.kind]):
            yield step


def live_versions_using(resource: str, key: str) -> Iterator[FlowVersion]:
    """The versions that answer a number now and refer to this `destination` or `lookup`, or these `hours`."""
    rows = FlowVersion.objects.filter(numbers__isnull=False).select_related("flow").prefetch_related("numbers")
    for version in rows.distinct():
        if key in version.snapshot.get("resources", {}).get(resource, {}):
            yield version
