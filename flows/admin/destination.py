"""The places calls may be put through to. What a builder adds, a publisher approves."""

from django.contrib import admin
from django.http import HttpRequest

from flows.admin.approval import NeedsApproval
from flows.adminbase import ModelAdmin, SaysWhyItStays
from flows.models import Destination


@admin.register(Destination)
class DestinationAdmin(NeedsApproval, SaysWhyItStays, ModelAdmin):
    list_display = ["name", "number", "state"]
    search_fields = ["name", "number"]
    empty_says = ("No destination yet", "Calls are put through to destinations only. Add the first with +.")
    change_form_template = "admin/flows/destination/change_form.html"
    resource = "destination"
    frozen_fields = ("number",)  # an approved number is live

    class Media:
        css = {"all": ["flows/build.css"]}

    def get_fields(self, request: HttpRequest, obj: Destination | None = None) -> list[str]:
        return ["name", "number"]

    def approved_in_words(self, destination: Destination) -> str:
        return f"“{destination}” is approved: calls may be put through to {destination.number}."

    def why_it_stays(self, destination: Destination) -> str:
        used = self.used_by(destination)
        return f"“{destination}” cannot be deleted: calls are put through to it by {used}." if used else ""
