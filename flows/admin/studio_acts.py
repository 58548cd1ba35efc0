"""What the studio does to a draft. Each act answers with the page's new state, or leads back to the page.

The page sends acts by itself and asks for JSON; without JavaScript plain forms send them.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from flows import drafts, history
from flows.admin import linting, studio
from flows.engine.step import REGISTRY
from flows.lineform import FlowForm
from flows.models import Exit, Flow, Step
from flows.naming import free_name

Answer = dict[str, Any]


@require_POST
@permission_required(studio.CHANGE, raise_exception=True)
def act_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on the draft, by its name in `ACTS`; or `line`, the form of the line itself."""
    flow = get_object_or_404(Flow, pk=pk)
    if act == "line":
        return _line(request, flow)
    if act not in ACTS:
        raise Http404
    more = ACTS[act](request, flow)
    flow.refresh_from_db()
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(studio.state(request, flow) | more)
    messages.info(request, more.get("said", ""))
    return HttpResponseRedirect(flow.get_absolute_url())


@transaction.atomic
def _line(request: HttpRequest, flow: Flow) -> HttpResponse:
    """Store the line itself: its name, voice, and where calls begin."""
    form = FlowForm(request.POST, instance=flow)
    if not form.is_valid():
        answer: Answer = {"errors": form.errors, "wrong": True, "conflict": form.is_in_conflict}
        return JsonResponse(answer | {"wanted_revision": form.data.get("revision")})
    if form.has_changed():
        form.save()
        drafts.touch(flow, by=request.user, what="name, voice and beginning")
    return JsonResponse(studio.state(request, Flow.objects.get(pk=flow.pk)))


def _add(request: HttpRequest, flow: Flow) -> Answer:
    kind = request.POST.get("kind", "")
    if kind not in REGISTRY:
        raise Http404
    name = request.POST.get("name", "").strip()[:80] or free_name(
        REGISTRY[kind].title, set(flow.steps.values_list("name", flat=True))
    )
    after = _exit(request, flow, missing_ok=True)
    step = drafts.add_step(flow, name=name, kind=kind, by=request.user, after=after)
    return {"open": step.key, "said": f"“{name}” is added."}


def _copy(request: HttpRequest, flow: Flow) -> Answer:
    made = drafts.copy_step(_step(request, flow), by=request.user)
    return {"open": made.key, "said": f"“{made}” is added. Lead an exit to it."}


def _connect(request: HttpRequest, flow: Flow) -> Answer:
    row = _exit(request, flow)
    assert row is not None
    to = request.POST.get("to", "")
    goes_to = get_object_or_404(Step, flow=flow, key=to) if to else None
    row.step.flow = flow
    drafts.connect(row.step, row.outcome, goes_to, by=request.user)
    leads = f"leads to “{goes_to}”" if goes_to else "leads nowhere now"
    return {"said": f"“{row.step}”, {row.label or row.outcome}: {leads}.", "touched": row.step.key}


def _mend(request: HttpRequest, flow: Flow) -> Answer:
    return {"said": linting.mended_in_words(request, flow)}


def _move(request: HttpRequest, flow: Flow) -> Answer:
    step = _step(request, flow)
    drafts.move_step(step, -1 if request.POST.get("by") == "-1" else 1, by=request.user)
    return {}


def _delete(request: HttpRequest, flow: Flow) -> Answer:
    step = _step(request, flow)
    lead_to = request.POST.get("lead_to", "")
    other = get_object_or_404(Step.objects.exclude(pk=step.pk), flow=flow, key=lead_to) if lead_to else None
    name = step.name
    drafts.delete_step(step, lead_to=other, by=request.user)
    return {"said": f"“{name}” is deleted. Undo brings it back.", "closed": step.key}


def _undo(request: HttpRequest, flow: Flow) -> Answer:
    undone = history.undo(flow, by=request.user)
    return {"said": f"Undone: {undone.what}." if undone else "There is nothing left to undo.", "reload": True}


def _redo(request: HttpRequest, flow: Flow) -> Answer:
    done = history.redo(flow, by=request.user)
    return {"said": f"Done again: {done.what}." if done else "There is nothing to do again.", "reload": True}


def _step(request: HttpRequest, flow: Flow) -> Step:
    step = get_object_or_404(Step, flow=flow, key=request.POST.get("step", ""))
    step.flow = flow
    return step


def _exit(request: HttpRequest, flow: Flow, *, missing_ok: bool = False) -> Exit | None:
    """The exit that an act is about: a step by its key, and an outcome."""
    step, outcome = request.POST.get("step", ""), request.POST.get("outcome", "")
    if missing_ok and not (step and outcome):
        return None
    return get_object_or_404(Exit.objects.select_related("step"), step__flow=flow, step__key=step, outcome=outcome)


ACTS: dict[str, Callable[[HttpRequest, Flow], Answer]] = {
    "add": _add,
    "copy": _copy,
    "connect": _connect,
    "mend": _mend,
    "move": _move,
    "delete": _delete,
    "undo": _undo,
    "redo": _redo,
}
