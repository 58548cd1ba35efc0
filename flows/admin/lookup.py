"""What calls may look up in systems of one's own. What a builder adds, a publisher approves."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from flows.admin import lookup_trial
from flows.admin.approval import NeedsApproval
from flows.adminbase import ModelAdmin, SaysWhyItStays, UnfoldAdminTextInputWidget
from flows.models import Lookup
from flows.models.lookups import CALLER, FIELD_NAME, FORM_CHOICES, PATH
from flows.models.sealed import Lost
from flows.rows import Column, RowsField

NOT_FROZEN = ("name", "purpose")
SENDS = (
    Column("name", "Field", max_length=40, required=True),
    Column("hint", "What it is", max_length=120),
    Column("form", "What callers give", choices=FORM_CHOICES, required=True),
)
FINDS = (
    Column("name", "What it is", max_length=40, required=True),
    Column("path", "Where it stands in the answer", max_length=120, required=True),
)


class LookupForm(forms.ModelForm):
    """A lookup in plain words; its secret can be written, never read."""

    sends = RowsField(
        columns=SENDS,
        row_name="field",
        required=False,
        label="What is sent",
        help_text="One row for each field, under the name that system knows it by, such as order_number. An assistant "
        "asks callers for what it is; a step “Look something up” sends an answer that the call has.",
    )
    finds = RowsField(
        columns=FINDS,
        row_name="thing to read",
        required=False,
        label="What is read",
        help_text="Only this reaches callers, texts and assistants. Pick it from an answer under “Try it”, or write "
        "where it stands: names parted by dots, such as order.status or items.0.name.",
    )
    new_secret = forms.CharField(
        max_length=500,
        required=False,
        label="Secret",
        widget=UnfoldAdminTextInputWidget({"type": "password", "autocomplete": "new-password"}),
    )

    class Meta:
        model = Lookup
        fields = ["name", "purpose", "address", "method", "seconds", "changes", "header", "sends", "finds"]
        help_texts: ClassVar = {
            "purpose": "For assistants: when to look this up, such as “when a caller asks where an order is”. A step "
            "“Look something up” does it whenever callers come to it.",
            "changes": "It books, cancels or orders. Callers then confirm it with a key first, so only AI steps can do "
            "it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_secret" in self.fields:
            self.fields["new_secret"].help_text = _about_secret(self.instance.secret)

    def clean_sends(self) -> list[dict[str, str]]:
        """The rows, each under a name that can be sent."""
        rows: list[dict[str, str]] = self.cleaned_data["sends"]
        field: Any = self.fields["sends"]
        for index, row in enumerate(rows):
            if not FIELD_NAME.fullmatch(row["name"]):
                field.mark(index, "A field begins with a letter, and has letters, digits and _ only.")
            if row["form"] != CALLER and not row["hint"].strip():
                field.mark(index, "Say what it is, so that it can be asked for.")
        return _unmarked(field, rows)

    def clean_finds(self) -> list[dict[str, str]]:
        """The rows, each with a path that can be followed."""
        rows: list[dict[str, str]] = self.cleaned_data["finds"]
        field: Any = self.fields["finds"]
        for index, row in enumerate(rows):
            if not PATH.fullmatch(row["path"]):
                field.mark(index, "Write names parted by dots, such as order.status or items.0.name.")
        return _unmarked(field, rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("new_secret") and "header" in self.fields and not cleaned.get("header", self.instance.header):
            self.add_error("header", "Name the header that the secret is sent in.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The row; an empty secret keeps the stored one, another address forgets it, since it was given to another."""
        secret = self.cleaned_data.get("new_secret")
        if secret or "address" in self.changed_data:
            self.instance.secret = secret or ""
        return super().save(commit)


def _about_secret(kept: str) -> str:
    if isinstance(kept, Lost):
        return "The stored secret can no longer be read, so nothing is looked up. Write it again."
    if kept:
        return "A secret is stored. It is never shown; write a new one to replace it."
    return "What is sent in that header. It is never shown again once it is saved."


class ApprovedLookupForm(LookupForm):
    """The same once it is live, for who may not approve: what is asked and answered is no part of it."""

    sends = finds = new_secret = None  # type: ignore[assignment]


@admin.register(Lookup)
class LookupAdmin(NeedsApproval, SaysWhyItStays, ModelAdmin):
    form = LookupForm
    list_display = ["name", "purpose", "state"]
    search_fields = ["name", "address"]
    empty_says = (
        "No lookup yet",
        "With a lookup a step or an assistant finds something out in one of your own systems, such as where an "
        "order is.",
    )
    change_form_template = "admin/flows/lookup/change_form.html"
    resource = "lookup"
    frozen_fields = ("address", "method", "seconds", "changes", "header")

    class Media:
        css = {"all": ["flows/build.css"]}
        js = [Script("flows/rows.js", defer=True)]

    def get_fieldsets(self, request: HttpRequest, obj: Lookup | None = None) -> Any:
        frozen = self.is_frozen(request, obj)
        rows = [] if frozen else [("What is asked and answered", {"fields": ["sends", "finds"]})]
        secret = ["header"] if frozen else ["header", "new_secret"]
        return [
            (None, {"fields": ["name", "purpose", "changes"]}),
            ("Where to ask", {"fields": ["address", "method", *secret, "seconds"]}),
            *rows,
        ]

    def get_form(self, request: HttpRequest, obj: Lookup | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = ApprovedLookupForm if self.is_frozen(request, obj) else LookupForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        tried = self.admin_site.admin_view(partial(lookup_trial.try_view, self))
        return [path("<int:pk>/try/", tried, name="flows_lookup_try"), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shown = dict(extra_context or {})
        if object_id and object_id.isdigit():
            shown["try_url"] = reverse("admin:flows_lookup_try", args=[object_id])
        return super().changeform_view(request, object_id, form_url, shown)

    def approved_in_words(self, lookup: Lookup) -> str:
        return f"“{lookup}” is approved: calls may ask {lookup.address}."

    def why_it_stays(self, lookup: Lookup) -> str:
        used = self.used_by(lookup)
        return f"“{lookup}” cannot be deleted: it is used by {used}." if used else ""


def _unmarked(field: Any, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    names = [row["name"] for row in rows]
    for index, name in enumerate(names):
        if names.count(name) > 1:
            field.mark(index, f"“{name}” stands here twice. Give each row its own name.")
    if field.widget.row_errors:
        raise forms.ValidationError("Mend the marked rows.")
    return rows
