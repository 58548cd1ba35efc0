"""Forgetting a caller: what there is of them, a second look, and what was removed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.numbers import same_number, validate_e164
from streams.models import Erasure
from streams.reports.words import moment
from streams.retention import erasing
from streams.retention.found import KEPT, found, in_words

ERASE = "streams.erase_caller"


class ErasureForm(forms.Form):
    """Whom to forget, and why."""

    number = forms.CharField(max_length=20, help_text="With country code, such as +14155550123.")
    reason = forms.CharField(
        max_length=300,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who asked for it and how, for whoever checks this later. Without the number.",
    )

    def clean_number(self) -> str:
        """In one spelling, whatever spaces it was typed with."""
        number = same_number(self.cleaned_data["number"].replace(" ", "").replace("-", ""))
        validate_e164(number)
        return number

    def clean_reason(self) -> str:
        """The reason stays when the number is gone."""
        reason = str(self.cleaned_data["reason"])
        digits = "".join(sign for sign in str(self.data.get("number", "")) if sign.isdigit())
        if len(digits) >= 7 and digits[-7:] in "".join(sign for sign in reason if sign.isdigit()):
            raise forms.ValidationError("Leave the number out: this reason is kept.")
        return reason


@admin.register(Erasure)
class ErasureAdmin(Immutable, ModelAdmin):
    list_display = ["asked", "state", "who", "reason"]
    empty_says = (
        "Nobody has asked to be forgotten",
        "When a caller asks for it, press the plus above. What was removed, and when, is then listed here.",
    )

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return bool(request.user.has_perm(ERASE))  # type: ignore[union-attr]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """GET asks for whom; POST shows what there is of them; with `confirm` it is removed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ErasureForm(request.POST or None)
        there = None
        if request.method == "POST" and form.is_valid():
            if "confirm" in request.POST:
                wish = erasing.ask(form.cleaned_data["number"], reason=form.cleaned_data["reason"], by=request.user)
                if wish.done_at:
                    messages.success(request, "Done. What they left is removed.")
                else:
                    messages.warning(request, wish.problem)
                return HttpResponseRedirect(reverse("admin:streams_erasure_change", args=[wish.pk]))
            there = found(form.cleaned_data["number"])
        context = self._context(request, "Erase a caller") | {"form": form, "there": there, "kept": KEPT}
        return strict(TemplateResponse(request, "streams/erase.html", context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What became of one wish."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wish = get_object_or_404(Erasure.objects.select_related("by"), pk=object_id if object_id.isdecimal() else 0)
        removed = in_words(wish.removed)
        shown = {"wish": wish, "removed": removed, "kept": KEPT, "who": self.who(wish), "state": self.state(wish)}
        return strict(TemplateResponse(request, "streams/erasure.html", self._context(request, str(wish)) | shown))

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    @display(description="Asked")
    def asked(self, wish: Erasure) -> str:
        return moment(wish.asked_at)

    @display(description="State")
    def state(self, wish: Erasure) -> str:
        return f"done, {moment(wish.done_at)}" if wish.done_at else "waits"

    @display(description="By")
    def who(self, wish: Erasure) -> str:
        return (wish.by.get_full_name() or wish.by.get_username()) if wish.by else "–"
