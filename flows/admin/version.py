"""A published version: read-only, with its steps in words, and where it can go live."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from flows import hearing
from flows.admin import lines
from flows.admin.publish_cost import what_came
from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.engine import snapshot
from flows.models import FlowVersion, PhoneNumber

# What engines count, in words.
UNITS = {
    "characters": "characters",
    "seconds": "seconds of sound",
    "text_in": "tokens of text",
    "text_cached": "tokens of text heard before",
    "text_out": "tokens of text written",
    "audio_in": "tokens of sound heard",
    "audio_cached": "tokens of sound heard before",
    "audio_out": "tokens of sound spoken",
}


def in_words(unit: str) -> str:
    """What is counted by this unit."""
    return UNITS.get(unit, unit.replace("_", " "))


@admin.register(FlowVersion)
class FlowVersionAdmin(Immutable, ModelAdmin):
    list_display = ["__str__", "published", "live_on", "notes"]
    list_filter = ["flow"]
    list_select_related = ["flow", "published_by"]
    search_fields = ["flow__name", "notes"]
    empty_says = ("No version yet", "A version is made when a flow is published, and never changes after that.")
    fields = ["published", "notes", "checked", "made"]
    readonly_fields = fields
    change_form_template = "flows/version.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("numbers")

    @display(description="Live on")
    def live_on(self, version: FlowVersion) -> str:
        return ", ".join(str(number) for number in version.numbers.all())

    @display(description="Published")
    def published(self, version: FlowVersion) -> str:
        by = version.published_by
        who = f", by {by.get_full_name() or by.get_username()}" if by else ""
        return f"{date_format(timezone.localtime(version.published_at), 'j M Y, H:i')}{who}"

    @display(description="Checked")
    def checked(self, version: FlowVersion) -> str:
        report = version.report
        prompts, recorded = report.get("prompts", 0), report.get("recordings", 0)
        said = f"No problems in {report.get('steps', 0)} steps. {prompts} prompts are ready to play"
        return f"{said}, {recorded} of them recorded." if recorded else f"{said}."

    @display(description="Made by the voice")
    def made(self, version: FlowVersion) -> str:
        new, used = version.report.get("rendered", 0), version.report.get("used", [])
        if not new:
            return "Nothing new; all prompts were there already."
        what = "; ".join(f"{row['quantity']:,.6g} {in_words(row['unit'])} of {row['model']}" for row in used)
        return f"{new} new prompts" + (f": {what}." if what else ".")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id) if object_id else None
        shown = {**(extra_context or {})}
        if version:
            may_go_live = request.user.has_perm("flows.go_live")  # type: ignore[union-attr]
            facts = [("Published", self.published), ("Why", lambda version: version.notes), ("Checked", self.checked)]
            facts.append(("Made by the voice", self.made))
            if request.user.has_perm("flows.view_figures"):  # type: ignore[union-attr]
                facts.append(("Cost", what_came))
            shown |= {
                "facts": [(name, said) for name, tell in facts if (said := tell(version))],
                "lines": _lines(version),
                "numbers": _numbers(version),
                "may_go_live": may_go_live,
            }
        return strict(super().changeform_view(request, object_id, form_url, shown))


def _lines(version: FlowVersion) -> list[lines.StepLine] | None:
    flow = snapshot.readable(version.snapshot)
    return lines.of_version(flow, hearing.in_version(flow)) if flow else None


def _numbers(version: FlowVersion) -> list[tuple[PhoneNumber, bool, str]]:
    """Every number, whether this version answers it, and the page that would let it."""
    return [
        (number, number.version_id == version.pk, go_live_url(number, version))
        for number in PhoneNumber.objects.select_related("version__flow")
    ]


def go_live_url(number: PhoneNumber, version: FlowVersion) -> str:
    """The page that lets this version answer this number, after a reason is given."""
    return f"{reverse('admin:flows_phonenumber_go_live', args=[number.pk])}?version={version.pk}"
