"""Addresses: the carrier's webhooks, shared calls, the admin, the API, and two that tell whether we are well."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from ivrsite import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("plivo/", include("streams.urls")),
    path("shared/", include("streams.sharing.urls")),
    path("api/", include("streams.api.urls")),
    path("mail/", include("streams.mornings.stopping")),
    path("admin/", admin.site.urls),
]
