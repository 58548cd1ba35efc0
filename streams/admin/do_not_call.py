"""Numbers that no list calls: who asked for it, when and how; adding one with a reason, and taking one out."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from flows.adminbase import ModelAdmin, display
from flows.models import PhoneNumber
from flows.numbers import masked, validate_e164, with_country
from streams.admin.listing import Listing
from streams.admin.own_form import INPUT, OwnForm
from streams.admin.searching import by_number
from streams.models import DoNotCall
from streams.outbound import refusing
from streams.reports.words import moment


class DoNotCallForm(forms.ModelForm):
    """A number, and why."""

    class Meta:
        model = DoNotCall
        fields: ClassVar = ["number", "reason"]
        widgets: ClassVar = {"number": forms.TextInput(INPUT), "reason": forms.TextInput(INPUT)}
        labels: ClassVar = {"reason": "Why"}
        help_texts: ClassVar = {
            "number": "With its country code, such as +14155550123.",
            "reason": "Who asked, and how: “Wrote to us on 24 November”. It is kept with your name.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["number"].disabled = True
        self.fields["number"].widget.attrs["maxlength"] = 40
        self.fields["number"].max_length = 40  # type: ignore[attr-defined]
        self.fields["number"].validators = []

    def clean_number(self) -> str:
        """In E.164, however it was typed."""
        if self.instance.pk:
            return str(self.instance.number)
        typed = self.cleaned_data["number"]
        ours = PhoneNumber.objects.values_list("number", flat=True).first() or ""
        number = with_country(typed, like=ours)
        if not number:
            validate_e164(typed)
            raise ValidationError("There is no such number. Write it with its country code, such as +14155550123.")
        if DoNotCall.objects.filter(number=number).exists():
            raise ValidationError("It is on the list already.")
        return number

    def save(self, commit: bool = True) -> DoNotCall:
        """Whoever waits on a list with it is taken off there."""
        row: DoNotCall = super().save(commit=commit)
        refusing.take_off_lists(row.number)
        return row


@admin.register(DoNotCall)
class DoNotCallAdmin(Listing, OwnForm, ModelAdmin):
    """Who may add to it sees the numbers; all others see their ends."""

    form = DoNotCallForm
    back = ("admin:streams_donotcall_changelist", "Do not call")
    heading = "Do not call"
    list_filter = ["on_call", "added_at"]
    search_fields = ["number"]
    search_help_text = "The end of a number."
    empty_says = (
        "Nobody has asked for it",
        "Whoever presses 9 in the first words of a call of yours, or says “stop calling”, is kept here, and no list "
        "calls them again. People can be added by hand.",
    )
    actions = None

    def note(self, obj: Any) -> str:
        if obj is None:
            return (
                "No list calls this number any more, and a call that rings for it now is hung up. Call-backs that they "
                "ask for themselves are still made."
            )
        return "Delete it only when they asked to be called again."

    def after(self, request: HttpRequest, obj: Any, is_new: bool) -> HttpResponse:
        obj.added_by = obj.added_by or request.user
        obj.save(update_fields=["added_by"])
        return super().after(request, obj, is_new)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return ["whole_number" if may_see_number(request) else "number_masked", "reason", "when", "who"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DoNotCall], search_term: str
    ) -> tuple[QuerySet[DoNotCall], bool]:
        """By no more of a number than is shown."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(by_number(search_term, "number", whole=may_see_number(request))), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DoNotCall]:
        return super().get_queryset(request).select_related("added_by")

    @display(description="number")
    def whole_number(self, row: DoNotCall) -> str:
        return row.number

    @display(description="number")
    def number_masked(self, row: DoNotCall) -> str:
        return masked(row.number)

    @display(description="since")
    def when(self, row: DoNotCall) -> str:
        return moment(row.added_at)

    @display(description="added by")
    def who(self, row: DoNotCall) -> str:
        if row.on_call:
            return "they themselves, on a call"
        return (row.added_by.get_full_name() or row.added_by.get_username()) if row.added_by else "–"


def may_see_number(request: HttpRequest) -> bool:
    """Who keeps the list sees whom it names."""
    may = request.user.has_perm  # type: ignore[union-attr]
    return bool(may("streams.view_number") or may("streams.add_donotcall"))
