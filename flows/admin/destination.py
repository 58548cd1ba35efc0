"""The places calls may be put through to. What a builder adds, a publisher approves."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from flows import drafts
from flows.adminbase import ModelAdmin, SaysWhyItStays, display
from flows.models import Destination


@admin.register(Destination)
class DestinationAdmin(SaysWhyItStays, ModelAdmin):
    list_display = ["name", "number", "state"]
    search_fields = ["name", "number"]
    change_form_template = "admin/flows/destination/change_form.html"

    class Media:
        css = {"all": ["flows/build.css"]}

    @display(description="Approval", label={"approved": "success", "waits for approval": "warning"})
    def state(self, destination: Destination) -> str:
        return "waits for approval" if destination.awaits_approval else "approved"

    def get_fields(self, request: HttpRequest, obj: Destination | None = None) -> list[str]:
        return ["name", "number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Destination | None = None) -> list[str]:
        """An approved number is live: only who may approve one may exchange it."""
        frozen = obj is not None and not obj.awaits_approval and not _may_approve(request)
        return ["number"] if frozen else []

    def get_urls(self) -> list[URLPattern]:
        approve = self.admin_site.admin_view(require_POST(self.approve_view))
        return [path("<int:pk>/approve/", approve, name="flows_destination_approve"), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shown = {**(extra_context or {}), "may_approve": _may_approve(request)}
        if object_id and object_id.isdigit():
            shown["approve_url"] = reverse("admin:flows_destination_approve", args=[object_id])
        return super().changeform_view(request, object_id, form_url, shown)

    def save_model(self, request: HttpRequest, obj: Destination, form: Any, change: bool) -> None:
        if not change:
            taken = set(Destination.objects.values_list("key", flat=True))
            obj.key = drafts.free_key(obj.name, taken, otherwise="destination")
            obj.awaits_approval = not _may_approve(request)
        super().save_model(request, obj, form, change)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve a destination, as it stands."""
        if not _may_approve(request):
            raise PermissionDenied
        destination = get_object_or_404(Destination, pk=pk)
        destination.awaits_approval = False
        destination.save(update_fields=["awaits_approval"])
        self.log_change(request, destination, "Approved.")
        messages.success(request, f"“{destination}” is approved: calls may be put through to {destination.number}.")
        return HttpResponseRedirect(destination.get_absolute_url())

    def why_it_stays(self, destination: Destination) -> str:
        used = [f"“{step.name}” of {step.flow}" for step in drafts.steps_using("destination", destination.key)]
        used += [f"{version}, which is live" for version in drafts.live_versions_using(destination.key)]
        if not used:
            return ""
        return f"“{destination}” cannot be deleted: calls are put through to it by {', '.join(used)}."


def _may_approve(request: HttpRequest) -> bool:
    return request.user.has_perm("flows.approve_destination")  # type: ignore[union-attr]
