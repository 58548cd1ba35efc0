"""The studio: what the flow's page shows, and the panel of each step. What it does to the draft is in `studio_acts`."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from flows import (
    diagram,
    drafts,
    engine,
    history,
    linting,
    presence,
    publications,
    publishing,
    seams,
    subflows,
    translations,
)
from flows.admin import lines
from flows.admin.studio_run import run_shown
from flows.engine import snapshot
from flows.engine.languages import short_name
from flows.engine.problems import Problem
from flows.engine.step import REGISTRY
from flows.fields import referred
from flows.forms import palette
from flows.models import Flow, FlowVersion, PhoneNumber, Step
from flows.practice import Severity
from flows.stepform import step_form
from flows.stepsections import sections
from flows.testcalls import gate
from flows.testcalls.coverage import coverage

TRAIL = 20  # changes that the page tells of
PAGES = ("languages", "tests", "lint", "replay", "export", "import", "copy", "publish")
ACTS = ("add", "copy", "connect", "mend", "move", "delete", "undo", "redo", "line")

may_see = permission_required("flows.view_flow", raise_exception=True)
CHANGE = ["flows.change_flow", "flows.change_step"]


def shown(request: HttpRequest, flow: Flow) -> dict[str, Any]:
    """What the page shows of a draft: its state, its steps, what is to be mended, and the map."""
    draft, newest = publishing.draft(flow), publishing.latest(flow)
    ran = gate.results(flow, draft.flow) if draft.flow else []
    linted = linting.lint(flow, draft.flow, tested=gate.tested(ran)) if draft.flow else []
    stops = [
        *draft.problems,
        *(Problem(step=one.step, field=one.field, sentence=one.sentence) for one in linted if one.blocks),
    ]
    steps = lines.of_draft(flow, stops)
    own = [(p.sentence, lines.problem_url(flow, p, [])) for p in stops if not p.step]
    undone, again = history.to_undo(flow), history.to_redo(flow)
    may = request.user.has_perm  # type: ignore[union-attr]
    return {
        "flow": flow,
        "lines": steps,
        "problems": [
            *(("", *each, "", None) for each in own),
            *((s.name, *each, s.key, _behind(each[0], s.key, linted)) for s in steps for each in s.problems),
        ],
        "hints": [each for each in linted if each.severity != Severity.ERROR],
        "newest": newest,
        "changed": newest is None or draft.snapshot() != newest.snapshot,
        "live": list(PhoneNumber.objects.filter(version__flow=flow).select_related("version")),
        "switched": seams.switched(flow.pk),
        "add_step_url": lines.add_step_url(flow),
        "may_change": may("flows.change_flow"),
        "may_publish": may("flows.publish_flow"),
        "under_way": publications.under_way(flow),
        "tests": {"of": len(ran), "passed": sum(result.passed for _, result in ran)},
        "pages": {name: reverse(f"admin:flows_flow_{name}", args=[flow.pk]) for name in PAGES},
        "undo": undone.what if undone else "",
        "redo": again.what if again else "",
        "trail": list(history.trail(flow, TRAIL)),
        "run": run_shown(request, flow, draft.flow, ran),
        "drawing": _drawing(draft.flow, stops, newest, ran),
        "urls": _urls(flow),
        "palette": palette(),
        "phone": {"flow": flow.pk},
        "phone_languages": flow.languages_to_try(),
        "further": [short_name(each.code) for each in translations.of_flow(flow)],
    }


def _behind(sentence: str, step: str, linted: list[linting.Linted]) -> linting.Linted | None:
    """The finding that a problem of a step tells of, if it is one; the list tells its field as well."""
    return next((one for one in linted if one.blocks and one.step == step and sentence.endswith(one.sentence)), None)


@require_safe
@may_see
def state_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The state for a page that is open, only the revision when it shows that already; and who else is here."""
    flow = get_object_or_404(Flow, pk=pk)
    others = presence.note(flow, request.user)
    if request.GET.get("revision") == str(flow.revision):
        return JsonResponse({"revision": flow.revision, "others": others})
    return JsonResponse(state(request, flow) | {"others": others})


@require_safe
@may_see
def version_view(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The map of a version, to be told apart from the draft."""
    version = get_object_or_404(FlowVersion, flow=pk, number=number)
    return JsonResponse({"drawing": diagram.drawing(snapshot.load(version.snapshot))})


@may_see
def step_view(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The panel of one step; sent back, its form is stored. What was typed wrong comes back marked."""
    step = get_object_or_404(Step.objects.select_related("flow__start"), flow=pk, key=key)
    if step.kind not in REGISTRY:
        return HttpResponseRedirect(step.get_absolute_url())
    form_class = step_form(step)
    if request.method != "POST":
        return HttpResponse(_panel(request, step, form_class(instance=step)))
    if not request.user.has_perms(CHANGE):  # type: ignore[union-attr]
        return JsonResponse({"said": "You may look at this flow, but not change it."}, status=403)
    return _save_step(request, step, form_class)


@transaction.atomic
def _save_step(request: HttpRequest, step: Step, form_class: Any) -> HttpResponse:
    form = form_class(request.POST, instance=step)
    before = _outline(form_class)
    if not form.is_valid():
        step.refresh_from_db()
        answer = {"panel": _panel(request, step, form), "wrong": True, "conflict": form.is_in_conflict}
        return JsonResponse(answer)
    if form.has_changed():
        form.save()
        form.save_exits()
        drafts.touch(step.flow, by=request.user, what=step.name)
    step = Step.objects.select_related("flow__start").get(pk=step.pk)
    fresh = step_form(step)
    answer = state(request, step.flow)
    if _outline(fresh) != before or "panel" in request.GET:
        answer["panel"] = _panel(request, step, fresh(instance=step))
    return JsonResponse(answer)


def _outline(form_class: Any) -> list[tuple[str, list[str]]]:
    """What a panel consists of; it is drawn again only when that changes, so that nobody's cursor jumps."""
    names = list(form_class.base_fields)
    return [
        ("fields", names),
        ("left open", sorted(form_class.left_open)),
        ("in tables", sorted(form_class.in_tables)),  # a new row learns its name
    ]


def _panel(request: HttpRequest, step: Step, form: Any) -> str:
    kind = REGISTRY[step.kind]
    context = {
        "step": step,
        "kind": kind,
        "about": " ".join((kind.__doc__ or "").split()),
        "form": form,
        "uses": _uses(step),
        "sections": [
            {"about": section, "fields": [form[name] for name in section.names]}
            for section in sections(step, type(form))
        ],
        "others": [other for other in step.flow.steps.all() if other.pk != step.pk],
        "entrances": list(step.entrances.exclude(step=step).select_related("step")),
        "may_change": request.user.has_perm("flows.change_step"),  # type: ignore[union-attr]
        "urls": _urls(step.flow),
        **_in_further_languages(step),
    }
    return render_to_string("flows/studio/panel.html", context, request=request)


def _uses(step: Step) -> list[dict[str, str]]:
    """What the step refers to, to be opened; of another flow, which version callers meet."""
    rows = referred(step)
    versions = subflows.found([row.slug for row in rows if isinstance(row, Flow)])
    return [
        {"name": str(versions.get(row.key, row)) if isinstance(row, Flow) else row.name, "url": _page_of(row)}
        for row in rows
    ]


def _page_of(row: Any) -> str:
    return reverse(f"admin:flows_{row._meta.model_name}_change", args=[row.pk])


def _in_further_languages(step: Step) -> dict[str, Any]:
    """What the panel tells of the other languages of this step: every text, and where they are written."""
    further = translations.of_flow(step.flow)
    rows = translations.of_step(step, further) if further else []
    texts = [
        {"name": short_name(each.code), "said": [(row.label, row.cells[place]) for row in rows]}
        for place, each in enumerate(further)
    ]
    page = reverse("admin:flows_flow_languages", args=[step.flow_id])
    return {"in_languages": texts if rows else [], "languages_url": f"{page}#step-{step.key}"}


def state(request: HttpRequest, flow: Flow) -> dict[str, Any]:
    """The page's state as it is sent to the page: the parts that are text are made here."""
    context = shown(request, flow)
    return {
        "revision": flow.revision,
        "drawing": context["drawing"],
        "undo": context["undo"],
        "redo": context["redo"],
        "bar": render_to_string("flows/studio/bar.html", context, request=request),
        "list": render_to_string("flows/studio/list.html", context, request=request),
    }


def _drawing(
    flow: engine.Flow | None, stops: list[Problem], newest: FlowVersion | None, ran: gate.Ran
) -> diagram.Drawing | None:
    if flow is None:
        return None
    walked = coverage(flow, (result for _, result in ran))
    before = snapshot.readable(newest.snapshot if newest else None)
    return diagram.drawing(flow, stops, before) | {
        "untested": walked.untested,
        "tested": f"{len(walked.taken)} of {len(walked.taken) + len(walked.untested)} exits are walked by test calls "
        "that pass: drawn solid. The others are dashed.",
    }


def _urls(flow: Flow) -> dict[str, str]:
    acts = {act: reverse("admin:flows_studio_act", args=[flow.pk, act]) for act in ACTS}
    own = {name: reverse(f"admin:flows_studio_{name}", args=[flow.pk]) for name in ("state", "figures")}
    propose = f"{reverse('admin:flows_flow_tests', args=[flow.pk])}?propose#proposed"
    return {**acts, **own, "propose": propose, "step": reverse("admin:flows_studio_step", args=[flow.pk, "STEP"])}
