"""The step's page. It is added in two stages: first what should happen, then how."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from flows import drafts
from flows.admin.hearing import recording_sound
from flows.admin.recording import record_view
from flows.adminbase import HiddenFromIndex, ModelAdmin, SaysWhyItStays
from flows.engine.step import REGISTRY
from flows.forms import NewStepForm
from flows.models import Flow, Step
from flows.stepform import step_form
from flows.stepsections import sections


@admin.register(Step)
class StepAdmin(HiddenFromIndex, SaysWhyItStays, ModelAdmin):
    list_display = ["name", "kind", "flow"]
    list_select_related = ["flow"]
    search_fields = ["name", "flow__name"]
    warn_unsaved_form = True
    change_form_template = "admin/flows/step/change_form.html"

    class Media:
        css = {"all": ["flows/build.css"]}
        js = [Script(f"flows/{name}.js", defer=True) for name in ("rows", "hear", "insert", "first_error")]

    def get_urls(self) -> list[URLPattern]:
        record = self.admin_site.admin_view(partial(record_view, self))
        sound = self.admin_site.admin_view(recording_sound)
        return [
            path("<int:pk>/record/<slug:field>/", record, name="flows_step_record"),
            path("recording/<slug:digest>/sound/", sound, name="flows_recording_sound"),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Step | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = step_form(obj) if _is_known(obj) else NewStepForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Step | None = None) -> Any:
        if not _is_known(obj):
            return [(None, {"fields": ["flow", "kind", "name", "after"]})]
        return [
            (
                section.heading or None,
                {
                    "fields": [tuple(section.names)] if section.is_line else section.names,
                    "classes": ["collapse"] if section.folded else [],
                },
            )
            for section in sections(obj, step_form(obj))
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        step = self.get_object(request, object_id) if object_id else None
        shown = {**(extra_context or {}), "show_save_and_add_another": False}
        if step:
            kind = REGISTRY.get(step.kind)
            shown |= {"flow": step.flow, "kind": kind, "about": _paragraphs(kind.__doc__ or "" if kind else "")}
        else:
            shown |= {"show_save_and_continue": False, "flow": _flow_of(request)}
        return super().changeform_view(request, object_id, form_url, shown)

    def save_model(self, request: HttpRequest, obj: Step, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = drafts.add_step(
            obj.flow, name=obj.name, kind=obj.kind, by=request.user, after=form.cleaned_data.get("after")
        )
        obj.pk, obj.key = made.pk, made.key

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            form.save_exits()
            drafts.touch(form.instance.flow, by=request.user, what=form.instance.name)

    def delete_model(self, request: HttpRequest, obj: Step) -> None:
        drafts.delete_step(obj, by=request.user)
        request.back_to = obj.flow.get_absolute_url()  # type: ignore[attr-defined]

    def why_it_stays(self, step: Step) -> str:
        entrances = step.entrances.exclude(step=step).select_related("step")
        used = ", ".join(f"“{row.step.name}” ({row.label or row.outcome})" for row in entrances)
        return f"“{step}” cannot be deleted: callers come here from {used}. Lead them elsewhere first." if used else ""

    def response_add(self, request: HttpRequest, obj: Step, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(f"{obj.get_absolute_url()}?new=1")

    def response_change(self, request: HttpRequest, obj: Step) -> HttpResponse:
        messages.success(request, f"“{obj}” is saved.")
        if "_continue" in request.POST:
            return HttpResponseRedirect(obj.get_absolute_url())
        return HttpResponseRedirect(f"{obj.flow.get_absolute_url()}#step-{obj.key}")

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        messages.success(request, f"“{obj_display}” is deleted.")
        return HttpResponseRedirect(request.back_to)  # type: ignore[attr-defined]


def _is_known(step: Step | None) -> bool:
    return step is not None and step.kind in REGISTRY


def _paragraphs(docstring: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in docstring.split("\n\n") if paragraph.strip()]


def _flow_of(request: HttpRequest) -> Flow | None:
    pk = request.GET.get("flow", "")
    return Flow.objects.filter(pk=int(pk)).first() if pk.isdigit() else None
