"""The flow's page: its state, its steps in order, and its problems."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from flows import drafts, presence
from flows.admin import (
    gallery,
    hearing,
    languages,
    linting,
    portable,
    publish,
    replay,
    studio,
    studio_acts,
    studio_layers,
    testcalls,
)
from flows.adminbase import ModelAdmin, SaysWhyItStays, display, strict
from flows.lineform import FlowForm
from flows.models import Flow, Step


@admin.register(Flow)
class FlowAdmin(SaysWhyItStays, ModelAdmin):
    form = FlowForm
    list_display = ["name", "is_live", "latest_version", "step_count", "changed_at"]
    search_fields = ["name"]
    change_list_template = "flows/flows.html"
    empty_says = ("No flow yet", "A flow is what callers hear and can do on one phone line. Begin with a template.")
    warn_unsaved_form = True
    add_form_template = "admin/change_form.html"
    change_form_template = "flows/studio/page.html"

    class Media:
        css = {"all": ["flows/build.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        counted = (
            super()
            .get_queryset(request)
            .annotate(steps_there=Count("steps", distinct=True), newest=Max("versions__number"))
        )
        return counted.prefetch_related("versions__numbers")

    @display(description="Live on")
    def is_live(self, flow: Flow) -> str:
        numbers = [str(number) for version in flow.versions.all() for number in version.numbers.all()]
        return ", ".join(numbers) or "not live"

    @display(description="Newest version", ordering="newest")
    def latest_version(self, flow: Any) -> str:
        return f"v{flow.newest}" if flow.newest else "not published yet"

    @display(description="Steps", ordering="steps_there")
    def step_count(self, flow: Any) -> int:
        return int(flow.steps_there)

    def get_fieldsets(self, request: HttpRequest, obj: Flow | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["name", "language", "voice"]})]
        line = {"fields": ["name", "start", "language", "voice", "discloses_ai"]}
        title_of_further = "Further languages" + ("" if obj.languages else ": none")
        further = {"fields": ["further"], "classes": [] if obj.languages else ["collapse"]}
        is_usual = not (obj.transcriber or obj.agent)
        title = "Listening and AI" + (": as usual on this site" if is_usual else "")
        engines = {"fields": ["transcriber", "agent"], "classes": ["collapse"] if is_usual else []}
        paid = {"fields": ["cost_centre"], "classes": [] if obj.cost_centre else ["collapse"]}
        who_pays = f"Cost centre: {obj.cost_centre or 'none'}"
        further_parts = [(title_of_further, further), (title, engines), (who_pays, paid)]
        return [("The line", line), _recording(obj), *further_parts]

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any, *known: Any) -> Any:
            return self.admin_site.admin_view(partial(view, *known))

        return [
            path("<int:pk>/publish/", page(publish.publish_view, self), name="flows_flow_publish"),
            path("<int:pk>/tests/", page(testcalls.tests_view, self), name="flows_flow_tests"),
            path("<int:pk>/languages/", page(languages.languages_view, self), name="flows_flow_languages"),
            path("<int:pk>/replay/", page(replay.replay_view, self), name="flows_flow_replay"),
            path("<int:pk>/practice/", page(linting.lint_view, self), name="flows_flow_lint"),
            path("<int:pk>/practice/waive/", page(linting.waive_view), name="flows_flow_waive"),
            path("<int:pk>/practice/take-back/", page(linting.take_back_view), name="flows_flow_take_back"),
            path("<int:pk>/practice/mend/", page(linting.mend_view), name="flows_flow_mend"),
            path("gallery/hear/", page(gallery.hear_view), name="flows_gallery_hear"),
            path("gallery/", page(gallery.gallery_view, self), name="flows_gallery"),
            path("import/", page(portable.import_view, self), name="flows_import"),
            path("<int:pk>/import/", page(portable.import_view, self), name="flows_flow_import"),
            path("<int:pk>/copy/", page(portable.copy_view), name="flows_flow_copy"),
            path("<int:pk>/export/", page(portable.export_view), name="flows_flow_export"),
            path("<int:pk>/hear/", page(hearing.hear), name="flows_flow_hear"),
            path("<int:pk>/studio/state/", page(studio.state_view), name="flows_studio_state"),
            path("<int:pk>/studio/figures/", page(studio_layers.figures_view), name="flows_studio_figures"),
            path("<int:pk>/studio/version/<int:number>/", page(studio.version_view), name="flows_studio_version"),
            path("<int:pk>/studio/step/<slug:key>/", page(studio.step_view), name="flows_studio_step"),
            path("<int:pk>/studio/<slug:act>/", page(studio_acts.act_view), name="flows_studio_act"),
            path("publication/<int:pk>/", page(publish.publication_view, self), name="flows_publication"),
            path("publication/<int:pk>/state/", page(publish.state_view), name="flows_publication_state"),
            *super().get_urls(),
        ]

    def why_it_stays(self, flow: Flow) -> str:
        if flow.versions.exists():
            return f"“{flow}” was published, and calls refer to its versions, so it cannot be deleted."
        return ""

    # --- The page -----------------------------------------------------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        flow = self.get_object(request, object_id) if object_id else None
        shown = {**(extra_context or {}), "show_save_and_continue": False, "show_save_and_add_another": False}
        shown["show_delete"] = flow is not None and not self.why_it_stays(flow)
        if flow is None or not self.has_view_permission(request, flow):
            return super().changeform_view(request, object_id, form_url, shown)
        presence.note(flow, request.user)
        shown |= studio.shown(request, flow)
        return strict(super().changeform_view(request, object_id, form_url, shown))

    def save_model(self, request: HttpRequest, obj: Flow, form: FlowForm, change: bool) -> None:
        if not change:
            taken = set(Flow.objects.values_list("slug", flat=True))
            obj.slug = drafts.free_key(obj.name, taken, otherwise="flow")
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            drafts.touch(obj, by=request.user, what="name, voice and beginning")

    def response_change(self, request: HttpRequest, obj: Flow) -> HttpResponse:
        """Stay on the page; where an arrow was pressed, the step moves after the rest was saved."""
        if "_move" in request.POST:
            pk, _, by_places = request.POST["_move"].partition(":")
            step = get_object_or_404(Step, pk=int(pk) if pk.isdigit() else 0, flow=obj)
            drafts.move_step(step, -1 if by_places == "-1" else 1, by=request.user)
            return HttpResponseRedirect(f"{obj.get_absolute_url()}#step-{step.key}")
        messages.success(request, f"“{obj}” is saved.")
        return HttpResponseRedirect(obj.get_absolute_url())

    def response_add(self, request: HttpRequest, obj: Flow, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, f"“{obj}” is there. Add its first step: what should callers hear?")
        return HttpResponseRedirect(obj.get_absolute_url())


def _recording(flow: Flow) -> tuple[str, dict[str, Any]]:
    """What is kept of calls; folded where nothing is unusual about it."""
    is_usual = not flow.records_calls and flow.keeps_transcripts
    fields = ["records_calls", "recording_notice", "may_object", "keeps_transcripts"]
    title = "Recording: this line records calls" if flow.records_calls else "Recording and transcripts"
    return title, {"fields": fields, "classes": ["collapse"] if is_usual else []}
