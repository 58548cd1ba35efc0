"""The page on which a text of a step is recorded, heard in both ways, and given back to the voice."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from flows import hearing, recordings, spoken
from flows.adminbase import strict
from flows.forms import RecordingForm
from flows.models import Step


def record_view(model_admin: ModelAdmin, request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Show the text, take a recording for it, or let the voice read it again."""
    step = get_object_or_404(Step.objects.select_related("flow"), pk=pk)
    if not request.user.has_perm("flows.change_step"):
        raise PermissionDenied
    heard = hearing.in_step(step).get(field)
    if heard is None:
        raise Http404
    in_library = request.GET.get("from") == "library"
    back_url = reverse("admin:flows_library") if in_library else f"{step.get_absolute_url()}#id_{field}"
    back = HttpResponseRedirect(back_url)
    kept = heard.recording or heard.outdated
    if "_withdraw" in request.POST:
        if kept:
            recordings.withdraw(kept, by=request.user, step=step)
            messages.success(request, "The voice reads this text now. Publish the flow to let callers hear it.")
        return back
    form = RecordingForm(*([request.POST, request.FILES] if request.method == "POST" else []), text=heard.text)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["sound"].name
        recordings.record(step, field, text=heard.text, audio=form.audio, name=name, by=request.user)
        messages.success(request, "The recording is stored. Hear it below; callers hear it once the flow is published.")
        return back
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{heard.label} · {step}",
        "opts": model_admin.opts,
        "step": step,
        "heard": heard,
        "elsewhere": [other for other in step.flow.steps.exclude(pk=step.pk) if says(other, heard.text)],
        "by_voice": hearing.by_voice(step.flow, heard.text) if heard.text.strip() else None,
        "kept": kept,
        "kept_heard": hearing.of_recording(kept) if kept else None,
        "form": form,
        "back_url": back.url,
        "back_to": "Prompts" if in_library else step,
    }
    return strict(TemplateResponse(request, "flows/record.html", context))


def says(step: Step, text: str) -> bool:
    """Whether callers hear exactly this text at this step too, and so the same recording."""
    return text in spoken.written_in(step).values()
