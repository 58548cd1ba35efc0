"""What the admin pages are built on: the one import point of the theme, so that it can be exchanged in one place."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    SELECT_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

__all__ = [
    "SELECT_CLASSES",
    "AdminPasswordChangeForm",
    "HiddenFromIndex",
    "Immutable",
    "ModelAdmin",
    "SaysWhyItStays",
    "StackedInline",
    "TabularInline",
    "UnfoldAdminFileFieldWidget",
    "UnfoldAdminIntegerFieldWidget",
    "UnfoldAdminRadioSelectWidget",
    "UnfoldAdminSelectWidget",
    "UnfoldAdminTextInputWidget",
    "UnfoldAdminTextareaWidget",
    "UnfoldBooleanSwitchWidget",
    "UserChangeForm",
    "UserCreationForm",
    "display",
    "strict",
]


class ModelAdmin(UnfoldModelAdmin):
    """The theme's pages; a list is titled with what it lists, not with “Select flow to change”.

    `empty_says` is what stands on a list without rows: a heading, and how the first one comes about.
    """

    change_list_template: Any = "flows/list.html"
    empty_says: tuple[str, str] = ("Nothing here yet", "")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(
            request, {"title": title, "empty_says": self.empty_says, **(extra_context or {})}
        )


class Immutable:
    """For records of the past: nobody adds, changes or deletes them here."""

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class HiddenFromIndex:
    """For pages that are reached from another page only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


class SaysWhyItStays:
    """Refuses to delete what is in use, with a sentence that names where.

    Deleting many at once is not offered: each deserves its own answer.
    """

    def why_it_stays(self, obj: models.Model) -> str | SafeString:
        """Why `obj` cannot be deleted, as a sentence that says what to do; "" when it can."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        actions = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: object = None) -> HttpResponse:
        obj = self.get_object(request, object_id)  # type: ignore[attr-defined]
        why = obj and self.has_delete_permission(request, obj) and self.why_it_stays(obj)  # type: ignore[attr-defined]
        if why:
            messages.error(request, why)
            return HttpResponseRedirect(obj.get_absolute_url())
        return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]


def strict(response: HttpResponse) -> HttpResponse:
    """A page without the theme's scripts (`flows/shell.html`): the browser is told to run only our own."""
    response.is_strict = True  # type: ignore[attr-defined]
    return response
