"""Menus and AI steps under their own names: found and searched across flows, edited on the step's page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from flows.adminbase import ModelAdmin, display
from flows.models import AgentStep, Menu, Step


class KindAdmin(ModelAdmin):
    """A list of the steps of one kind. Whoever may see steps may see it."""

    list_display = ["name", "flow_name", "choices", "first_words"]
    list_filter = ["flow"]
    list_select_related = ["flow"]
    search_fields = ["name", "flow__name", "exits__label", "exits__phrases", "said"]
    spoken = "prompt"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        rows = super().get_queryset(request).annotate(said=Cast("settings", TextField()))
        return rows.annotate(exit_count=Count("exits", filter=Q(exits__goes_to__isnull=False), distinct=True))

    @display(description="Flow", ordering="flow__name")
    def flow_name(self, step: Step) -> str:
        return step.flow.name

    @display(description="Ways on", ordering="exit_count")
    def choices(self, step: Any) -> int:
        return int(step.exit_count)

    @display(description="Callers hear")
    def first_words(self, step: Step) -> str:
        said = str(step.settings.get(self.spoken, ""))
        return said if len(said) <= 80 else f"{said[:79]}…"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("flows.view_step")  # type: ignore[union-attr]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a step is added on the page of its flow

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("flows.change_step")  # type: ignore[union-attr]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:flows_step_change", args=[object_id]))


@admin.register(Menu)
class MenuAdmin(KindAdmin):
    empty_says = ("No menu yet", "Menus are steps of a flow. Open a flow, and add a step that lets callers choose.")


@admin.register(AgentStep)
class AgentStepAdmin(KindAdmin):
    spoken = "greeting"
    empty_says = (
        "No AI step yet",
        "AI steps are steps of a flow. Open a flow, and add a step that lets an assistant talk with the caller.",
    )
