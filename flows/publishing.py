"""From draft to version to number: reading a draft as a pure flow, publishing it, and going live.

Publishing and going live are two acts. A version is stored whole or not at all; its prompts are rendered before and
outside the transaction, so that no call waits for a slow voice. `flows.publications` does the same in the background.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from flows import engine, forecasting, linting, recordings, seams, spoken, subflows
from flows.engine import languages, snapshot
from flows.engine.problems import Problem, problems
from flows.engine.step import REGISTRY, chosen, params
from flows.engine.stored_settings import SettingsError, build
from flows.engine.upgrades import SPEC
from flows.models import Destination, Exit, Flow, FlowVersion, GoLive, Lookup, OpeningHours, PhoneNumber, Step
from flows.models.outbound import validate_outbound
from flows.testcalls import gate

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Draft:
    """A draft as the engine sees it. `flow` is None when a step's stored settings do not fit its kind."""

    flow: engine.Flow | None
    problems: list[Problem] = field(default_factory=list)

    def snapshot(self) -> dict[str, Any] | None:
        """What would be stored if it were published now."""
        return json.loads(json.dumps(snapshot.dump(self.flow))) if self.flow else None


class NotPublishable(Exception):
    """The draft cannot become a version. `problems` lists what to mend; empty when the reason is another."""

    def __init__(self, problems: Iterable[Problem] = (), sentence: str = "") -> None:
        self.problems = list(problems)
        self.sentence = sentence or "Mend the problems of this flow first, then publish it."
        super().__init__(self.sentence)


class Unchanged(NotPublishable):
    """The draft is the same as its latest version, so there is nothing to publish."""

    def __init__(self, version: FlowVersion) -> None:
        super().__init__(sentence=f"Nothing has changed since version {version.number}, so nothing was published.")
        self.version = version


class CannotGoLive(Exception):
    """The number stays where it is; the message says why and what to do."""


def draft(flow_row: Flow) -> Draft:
    """The draft as a pure flow, with everything that stops it from being published, in the order of its steps."""
    steps = list(flow_row.steps.all())
    unreadable = [problem for step in steps for problem in _unreadable(step)]
    if unreadable:
        return Draft(None, unreadable)
    keys = {step.pk: step.key for step in steps}
    exits = Exit.objects.filter(step__flow=flow_row).order_by("step", "place", "pk")
    wanted = _wanted(steps)
    destinations = list(Destination.objects.filter(key__in=wanted["destination"]))
    lookups = list(Lookup.objects.filter(key__in=wanted["lookup"]))
    inside = subflows.found(wanted["flow"], within=flow_row)
    built = snapshot.make_flow(
        name=flow_row.name,
        language=flow_row.language,
        voice=flow_row.voice,
        transcriber=flow_row.transcriber,
        agent=flow_row.agent,
        discloses_ai=flow_row.discloses_ai,
        recording=flow_row.recording,
        keeps_transcripts=flow_row.keeps_transcripts,
        further=languages.read(flow_row.languages),
        start=keys.get(flow_row.start_id or 0, ""),
        steps={step.key: (step.kind, step.name, step.settings) for step in steps},
        exits=[_exit(row, keys) for row in exits],
        resources={
            "hours": _hours(wanted["hours"]),
            "destination": subflows.used("destination", inside) | {row.key: row.name for row in destinations},
            "lookup": subflows.used("lookup", inside) | {row.key: row.as_lookup() for row in lookups},
            "flow": inside,
        },
    )
    flow = _with_recordings(built, flow_row, subflows.used("recording", inside))
    found = [*problems(flow), *_not_ready(flow, [*destinations, *lookups])]
    order = ["", *flow.steps]
    return Draft(flow, sorted(found, key=lambda problem: order.index(problem.step)))


def latest(flow_row: Flow) -> FlowVersion | None:
    """The version that was published last."""
    return flow_row.versions.order_by("-number").first()


def check(flow_row: Flow) -> engine.Flow:
    """The draft as what may be published now. Raises `NotPublishable` with its problems, or `Unchanged`."""
    ready = draft(flow_row)
    if ready.problems or ready.flow is None:
        raise NotPublishable(ready.problems)
    before = latest(flow_row)
    if before and before.snapshot == ready.snapshot():
        raise Unchanged(before)
    if refused := linting.refused(flow_row, ready.flow):
        sentence = "Callers would be badly served. Mend what is marked, or let it pass where that may be."
        raise NotPublishable(refused, sentence)
    if failed := gate.failures(flow_row, ready.flow):
        raise NotPublishable(failed, "Some test calls of this flow fail. Mend the flow, or the tests, then publish it.")
    return ready.flow


def publish(flow_row: Flow, *, by: Any, notes: str = "") -> FlowVersion:
    """Store the draft as the next version of its flow, once its prompts are made. Takes as long as that takes.

    `by` is a user, or None for a program. Raises `NotPublishable`: with the problems, or with a sentence when nothing
    changed, the prompts could not be rendered, or somebody saved the draft meanwhile. Nothing is stored then.
    """
    flow = check(flow_row)
    wanted, made = spoken.readings(flow), list[seams.Rendered]()
    try:
        made.extend(spoken.render(wanted))
    except Exception as error:  # whatever a voice engine raises: the builder must learn of it, in words
        log.warning("Prompts of %s could not be rendered.", flow.name, exc_info=True)
        raise NotPublishable(sentence=not_ready(error, sum(len(each.texts) for each in wanted) - len(made))) from error
    new = [each for each in made if each.is_new]
    report = report_on(flow, rendered=len(new), used=spoken.summed(use for each in new for use in each.used))
    report |= gate.report(flow_row, flow) | linting.report(flow_row, flow) | forecasting.report(flow_row, flow)
    return store(flow_row, Draft(flow).snapshot() or {}, report=report, by=by, notes=notes)


def store(flow_row: Flow, whole: dict[str, Any], *, report: dict[str, Any], by: Any, notes: str) -> FlowVersion:
    """Make this snapshot the next version: exactly what was checked. Its prompts must be there already.

    Raises `NotPublishable` when the draft says something else by now, `Unchanged` when it was published meanwhile.
    """
    with transaction.atomic():
        row = Flow.objects.select_for_update().get(pk=flow_row.pk)
        if draft(row).snapshot() != whole:
            raise NotPublishable(
                sentence="Somebody changed this flow while its prompts were made. Look at the changes, and try again."
            )
        last = latest(row)
        if last and last.snapshot == whole:
            raise Unchanged(last)  # somebody published the same a moment ago
        return FlowVersion.objects.create(
            flow=row,
            number=last.number + 1 if last else 1,
            spec=SPEC,
            snapshot=whole,
            report=report,
            notes=notes,
            published_by=by,
        )


def report_on(flow: engine.Flow, *, rendered: int, used: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept with a version about its making: `rendered` prompts were new, and `used` is what they used."""
    recorded = len(flow.resources.get("recording", {}))
    counts = {"steps": len(flow.steps), "prompts": spoken.count(flow), "rendered": rendered}
    return counts | ({"recordings": recorded} if recorded else {}) | ({"used": used} if used else {})


def not_ready(error: Exception, left: int) -> str:
    """What a publisher is told when a voice raised this with `left` prompts still to make."""
    prompts = "1 prompt is" if left == 1 else f"{left} prompts are"
    said = f" The voice said: {error}" if hasattr(error, "fault") else ""  # other errors are written for programmers
    return (
        f"The voice {spoken.why(error)}, so {prompts} not ready. The line keeps its present version. "
        f"Try again, or record them yourself.{said}"
    )


def go_live(number_row: PhoneNumber, version: FlowVersion, *, by: Any, why: str = "") -> GoLive:
    """Let `version` answer this number from the next call on. An older version is how one rolls back.

    Raises `CannotGoLive` when it answers already, or uses what is gone, not approved, or not called from here.
    """
    with transaction.atomic():
        row = PhoneNumber.objects.select_for_update().get(pk=number_row.pk)
        if row.version_id == version.pk:
            raise CannotGoLive(f"Version {version.number} of “{version.flow}” answers {row} already.")
        check_live(version)
        previous, row.version = row.version, version
        row.save(update_fields=["version"])
        number_row.version = version
        return GoLive.objects.create(number=row, version=version, previous=previous, by=by, why=why)


def _unreadable(step: Step) -> Iterable[Problem]:
    try:
        build(step.kind, step.settings)
    except SettingsError as error:
        yield Problem(step=step.key, field=error.field, sentence=error.sentence)


def _exit(row: Exit, keys: dict[int, str]) -> engine.Exit:
    return engine.Exit(
        step=keys[row.step_id],
        outcome=row.outcome,
        goes_to=keys.get(row.goes_to_id or 0),
        label=row.label,
        phrases=row.phrase_list(),
    )


def _wanted(steps: Iterable[Step]) -> dict[str, set[str]]:
    """The keys of what the steps' settings refer to, by what it is."""
    wanted: dict[str, set[str]] = {"hours": set(), "destination": set(), "lookup": set(), "flow": set()}
    for step in steps:
        for name, about in params(REGISTRY[step.kind]).items():
            if about.refers_to:
                wanted[about.refers_to].update(chosen(step.settings.get(name)))
    return wanted


def _hours(keys: set[str]) -> dict[str, Any]:
    rows = OpeningHours.objects.filter(key__in=keys).prefetch_related("periods", "holidays")
    return {row.key: row.as_schedule() for row in rows}


def _not_ready(flow: engine.Flow, rows: Iterable[Destination | Lookup]) -> Iterable[Problem]:
    """What the steps use that may not be used: it is not approved, or its number may not be called."""
    why = {(str(row._meta.model_name), row.key): _why_not(row) for row in rows}
    for key, step in flow.steps.items():
        for name, about in params(type(step)).items():
            for wanted in chosen(getattr(step, name)) if about.refers_to else ():
                if sentence := why.get((str(about.refers_to), wanted), ""):
                    yield Problem(step=key, field=name, sentence=sentence)


def _why_not(row: Destination | Lookup) -> str:
    if row.awaits_approval:
        return f"“{row.name}” is not approved yet. A publisher approves it on the page of this {row._meta.model_name}."
    if isinstance(row, Destination):
        try:
            validate_outbound(row.number)
        except ValidationError as error:
            return f"“{row.name}” cannot be called. {' '.join(error.messages)}"
    return ""


def _with_recordings(flow: engine.Flow, flow_row: Flow, inside: Mapping[str, Any]) -> engine.Flow:
    """The flow with the recordings that it will keep: those that say exactly what one of its texts says.

    Its own come before those that flows `inside` it were published with.
    """
    found = recordings.current(flow_row)
    texts = [*spoken.texts_of(flow), *(text for each in flow.languages for text in spoken.texts_in(flow, each.code))]
    pins = {**inside, **(recordings.pinned(found, texts) if found else {})}
    return replace(flow, resources={**flow.resources, "recording": pins}) if pins else flow


def check_live(version: FlowVersion) -> None:
    """Raises `CannotGoLive` when this version cannot be read, or uses what is gone, not approved or out of reach."""
    flow = snapshot.readable(version.snapshot)
    if flow is None:
        raise CannotGoLive("This version was made by a program that this one does not understand.")
    why = [sentence for what, model in APPROVED.items() for sentence in _amiss(model, flow.resources.get(what, {}))]
    if why:
        raise CannotGoLive(f"This version cannot go live. {' '.join(why)}")


APPROVED: dict[str, type[Destination] | type[Lookup]] = {"destination": Destination, "lookup": Lookup}


def _amiss(model: type[Destination] | type[Lookup], wanted: Mapping[str, Any]) -> Iterable[str]:
    """Why what a version refers to may not be used now, a sentence for each."""
    rows = {row.key: row for row in model.objects.filter(key__in=wanted)}
    for key, kept in wanted.items():
        row = rows.get(key)
        if sentence := _why_not(row) if row else f"The {model._meta.model_name} “{_name(kept)}” is gone.":
            yield sentence


def _name(kept: Any) -> str:
    """What a version calls something it refers to: it keeps a destination's name alone, and a lookup whole."""
    return str(getattr(kept, "name", kept))
