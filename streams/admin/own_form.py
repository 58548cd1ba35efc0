"""A page for adding and changing one thing, without the theme's scripts: help beside every field, one button."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from flows.adminbase import strict

INPUT = {"class": "cw-input"}


class OwnForm:
    """Put before the theme's `ModelAdmin`. Who may only look sees the same fields, locked.

    `back` is the address and name of the page that it belongs to, `note` what stands over the fields.
    """

    form: Any
    back: tuple[str, str] = ("admin:index", "Back")
    form_template = "streams/form.html"

    def note(self, obj: Any) -> str:
        """A sentence over the fields; "" for none."""
        return ""

    def title_of(self, obj: Any) -> str:
        """The page's title."""
        return str(obj)

    def after(self, request: HttpRequest, obj: Any, is_new: bool) -> HttpResponse:
        """What is answered once it is saved."""
        messages.success(request, "It is saved.")
        return HttpResponseRedirect(reverse(self.back[0]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save what was sent."""
        site: Any = self
        obj = site.get_object(request, unquote(object_id)) if object_id else None
        if object_id and obj is None:
            return site._get_obj_does_not_exist_redirect(request, site.opts, object_id)  # type: ignore[no-any-return]
        may = site.has_change_permission(request, obj) if obj else site.has_add_permission(request)
        if not may and (request.method == "POST" or not obj or not site.has_view_permission(request, obj)):
            raise PermissionDenied
        form = self.form(request.POST or None, instance=obj)
        if request.method == "POST" and form.is_valid():
            return self._save(request, form, is_new=obj is None)
        for field in form.fields.values() if not may else ():
            field.disabled = True
        context = {
            **site.admin_site.each_context(request),
            "opts": site.opts,
            "title": self.title_of(obj) if obj else f"New {site.opts.verbose_name}",
            "form": form,
            "obj": obj,
            "note": self.note(obj),
            "may": may,
            "may_delete": bool(obj) and site.has_delete_permission(request, obj),
            "delete_url": f"admin:{site.opts.app_label}_{site.opts.model_name}_delete",
            "back_url": reverse(self.back[0]),
            "back": self.back[1],
        }
        return strict(TemplateResponse(request, self.form_template, context))

    def _save(self, request: HttpRequest, form: ModelForm, *, is_new: bool) -> HttpResponse:
        site: Any = self
        obj = form.save()
        changed = ", ".join(str(form.fields[name].label or name) for name in form.changed_data)
        if is_new:
            site.log_addition(request, obj, "Added.")
        else:
            site.log_change(request, obj, f"Changed: {changed}." if changed else "Saved without a change.")
        return self.after(request, obj, is_new)
