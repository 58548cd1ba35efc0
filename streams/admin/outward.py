"""Addresses of pages from which something leaves the site: exports, statements, morning reports, the API's tokens."""

from functools import partial
from typing import Any

from django.contrib.admin import ModelAdmin
from django.urls import path

from streams.admin import exporting, morning, statement, token

PAGES = {
    "exports": exporting.exports_page,
    "statements": statement.statements_page,
    "mornings": morning.mornings_page,
    "tokens": token.tokens_page,
}


def urls(calls: ModelAdmin) -> list[Any]:
    """Beside the list of calls, whose admin they are shown with."""
    site = calls.admin_site
    pages = [
        path(f"{name}/", site.admin_view(partial(view, calls)), name=f"streams_{name}") for name, view in PAGES.items()
    ]
    return [*pages, path("exports/<str:name>/", site.admin_view(exporting.fetch), name="streams_export_fetch")]
