"""The pages that publish a flow: what would change, how far it is, and what to do when it failed."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from flows import advice, drafts, hearing, publications, publishing, recordings, spoken
from flows.admin import lines, linting
from flows.admin.publish_cost import cost_shown
from flows.adminbase import strict
from flows.changes import changes
from flows.engine import snapshot
from flows.forms import PublishForm
from flows.models import Flow, Publication, PublicationState, Step
from flows.testcalls import gate

OVER_AT_ONCE = 2.0  # seconds that publishing may take before its own page is shown
LOOK_EVERY = 0.1


def publish_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be published, and begin to publish it."""
    _may_publish(request)
    flow = get_object_or_404(Flow, pk=pk)
    form = PublishForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            begun = publications.begin(flow, by=request.user, notes=form.cleaned_data["notes"])
        except publications.UnderWay as error:
            messages.warning(request, error.sentence)
            return HttpResponseRedirect(error.publication.get_absolute_url())
        except publishing.NotPublishable as error:
            refusal = error
        else:
            return _where_it_goes_on(request, begun)
    if (there := publications.under_way(flow)) and not refusal:
        return HttpResponseRedirect(there.get_absolute_url())
    return _publish_page(model_admin, request, flow, form, refusal)


def publication_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """How far a publication is; what became of it; stop it, or try it again."""
    _may_publish(request)
    publication = _publication(pk)
    refusal = None
    if request.method == "POST" and "_stop" in request.POST:
        publications.give_up(publication)
        return HttpResponseRedirect(publication.get_absolute_url())
    if request.method == "POST":
        try:
            publications.again(publication)
            return _where_it_goes_on(request, publication)
        except publications.UnderWay as error:
            messages.warning(request, error.sentence)
            return HttpResponseRedirect(error.publication.get_absolute_url())
        except publishing.NotPublishable as error:
            refusal = error
    if publication.version and not refusal:
        return _to_version(request, publication)
    return _publication_page(model_admin, request, publication, refusal)


def state_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in figures, for the page that shows it."""
    _may_publish(request)
    publication = _publication(pk)
    return JsonResponse(
        {
            "over": not publication.is_under_way,
            "done": publication.done,
            "prompts": publication.prompts,
            "words": progress_in_words(publication),
        }
    )


def progress_in_words(publication: Publication) -> str:
    """How far it is and how long it may still take: “12 of 40 prompts, about 20 s”."""
    done, prompts = publication.done, publication.prompts
    if publication.beat_at is None and not done:
        return f"{prompts} prompts wait for their turn"
    if done >= prompts:
        return f"All {prompts} prompts are ready; the version is being stored"
    left = publication.seconds_left
    return f"{done} of {prompts} prompts" + (f", about {_in_words(left)}" if left else "")


def _in_words(seconds: int) -> str:
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} minutes"


def _may_publish(request: HttpRequest) -> None:
    if not request.user.has_perm("flows.publish_flow"):
        raise PermissionDenied


def _publication(pk: int) -> Publication:
    return get_object_or_404(Publication.objects.select_related("flow", "version", "by"), pk=pk)


def _where_it_goes_on(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The version, when it is there in a moment; otherwise the page that shows how far it is."""
    until = time.monotonic() + OVER_AT_ONCE
    while (publication := _publication(publication.pk)).is_under_way and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
    if publication.version:
        return _to_version(request, publication)
    return HttpResponseRedirect(publication.get_absolute_url())


def _to_version(request: HttpRequest, publication: Publication) -> HttpResponse:
    version = publication.version
    messages.success(request, f"Version {version.number} is published. It is not live yet.")
    for flow in dict.fromkeys(step.flow for step in drafts.steps_using("flow", version.flow.slug)):
        messages.info(request, f"“{flow}” goes to this flow. Its callers meet this version once it is published, too.")
    return HttpResponseRedirect(version.get_absolute_url())


def _publish_page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    flow: Flow,
    form: PublishForm,
    refusal: publishing.NotPublishable | None,
) -> HttpResponse:
    draft, newest = publishing.draft(flow), publishing.latest(flow)
    before = snapshot.readable(newest.snapshot if newest else None)
    unchanged = newest is not None and draft.snapshot() == newest.snapshot
    steps = list(flow.steps.all())
    names = {step.key: step.name for step in steps}
    ran = gate.results(flow, draft.flow) if draft.flow else []
    context = {
        **_context(model_admin, request, flow, f"Publish {flow}"),
        "form": form,
        "refusal": refusal,
        "problems": [
            (names.get(p.step, ""), lines.in_words(p, steps), lines.problem_url(flow, p, steps)) for p in draft.problems
        ],
        "newest": newest,
        "unchanged": unchanged,
        "changes": changes(before, draft.flow) if before and draft.flow else [],
        "outdated": [
            (one, hearing.record_url(one.step, one.field))
            for one in recordings.outdated(steps, recordings.current(flow))
        ],
        "advice": [
            (names.get(p.step, ""), p.sentence, lines.problem_url(flow, p, steps))
            for p in (advice.before_publishing(draft.flow) if draft.flow else [])
        ],
        "prompts": _prompts_in_words(draft),
        "tests": gate.summary(flow, draft.flow, ran),
        "lint": linting.shown(request, flow, draft, steps, ran),
        "cost": cost_shown(flow, draft.flow, before) if draft.flow and not draft.problems and not unchanged else None,
    }
    return strict(TemplateResponse(request, "flows/publish.html", context))


def _publication_page(
    model_admin: ModelAdmin, request: HttpRequest, publication: Publication, refusal: publishing.NotPublishable | None
) -> HttpResponse:
    flow = publication.flow
    context = {
        **_context(model_admin, request, flow, f"Publishing {flow}"),
        "publication": publication,
        "progress": progress_in_words(publication),
        "refusal": refusal,
        "failed": _failed(publication),
        "has_failed": publication.state == PublicationState.FAILED,
    }
    return strict(TemplateResponse(request, "flows/publication.html", context))


def _context(model_admin: ModelAdmin, request: HttpRequest, flow: Flow, title: str) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "flow": flow,
    }


def _failed(publication: Publication) -> dict[str, str]:
    """Where the prompt is written that could not be made, and where it can be recorded instead."""
    text = publication.failed_text
    if not text:
        return {}
    flow = snapshot.load(publication.snapshot)
    place = spoken.place_of(flow, text)
    step = Step.objects.filter(flow=publication.flow, key=place.step).first() if place else None
    found = {"text": text, "step": flow.name_of(place.step) if place else ""}
    if step:
        found["url"] = f"{step.get_absolute_url()}#id_{place.field}"
        found["record_url"] = hearing.record_url(step, place.field) if place.field else ""
    return found


def _prompts_in_words(draft: publishing.Draft) -> str:
    """What publishing will have to make."""
    if draft.flow is None:
        return ""
    flow = draft.flow
    recorded = len(flow.resources.get("recording", {}))
    left = sum(len(each.texts) for each in spoken.unmade(flow))
    said = f"Callers may hear {spoken.count(flow)} prompts"
    said += f", {recorded} of them recorded" if recorded else ""
    return f"{said}. " + (f"The voice has to read {left} of them first." if left else "All of them are ready to play.")
