"""Web addresses that are told of alerts. A secret is shown once, when it is made."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from flows.adminbase import HiddenFromIndex, ModelAdmin, strict
from streams.admin.own_form import INPUT, OwnForm
from streams.alerts.signing import SIGNATURE
from streams.models import AlertEndpoint
from streams.models.alerts import new_secret


class AlertEndpointForm(forms.ModelForm):
    """Its name and where it is. Another address gets another secret: the old one was given to somebody else."""

    class Meta:
        model = AlertEndpoint
        fields = ["name", "address"]
        widgets: ClassVar = {"name": forms.TextInput(INPUT), "address": forms.URLInput(INPUT)}
        field_classes: ClassVar = {"address": forms.CharField}

    def save(self, commit: bool = True) -> Any:
        """The row, with a secret of its own."""
        self.instance.has_new_secret = "address" in self.changed_data
        if self.instance.has_new_secret:
            self.instance.secret = new_secret()
        return super().save(commit)


@admin.register(AlertEndpoint)
class AlertEndpointAdmin(HiddenFromIndex, OwnForm, ModelAdmin):
    """Listed on the page of all rules."""

    form = AlertEndpointForm
    form_template = "streams/alert_endpoint.html"
    back = ("admin:streams_alertrule_changelist", "What is watched")

    def note(self, obj: Any) -> str:
        return (
            "Each alert is sent there as one signed message: what it is, its figure and a link; no caller’s number and "
            "nothing that was said. Tick the address at the rules that it is to hear of."
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """They are listed with the rules."""
        return HttpResponseRedirect(reverse(self.back[0]))

    def after(self, request: HttpRequest, obj: Any, is_new: bool) -> HttpResponse:
        """A secret that was just made is shown now, and never again."""
        return self._secret_page(request, obj) if obj.has_new_secret else super().after(request, obj, is_new)

    def get_urls(self) -> list[URLPattern]:
        anew = self.admin_site.admin_view(require_POST(self.secret_view))
        return [path("<int:pk>/secret/", anew, name="streams_alertendpoint_secret"), *super().get_urls()]

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a new secret and show it once."""
        endpoint = get_object_or_404(AlertEndpoint, pk=pk)
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        endpoint.secret = new_secret()
        endpoint.save(update_fields=["secret"])
        self.log_change(request, endpoint, "Made a new secret.")
        return self._secret_page(request, endpoint)

    def _secret_page(self, request: HttpRequest, endpoint: AlertEndpoint) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"The secret of {endpoint.name}",
            "endpoint": endpoint,
            "signature": SIGNATURE,
            "back_url": reverse(self.back[0]),
        }
        return strict(TemplateResponse(request, "streams/alert_secret.html", context))
