"""What the lists of operations have in common: their look, and a title of their own."""

from typing import Any

from django.http import HttpRequest, HttpResponse


class Listing:
    """Put before the theme's `ModelAdmin`. `heading` is the page's title."""

    heading = ""
    change_list_template = "streams/list.html"
    list_per_page = 50
    show_full_result_count = False  # counting a million rows takes longer than reading fifty

    class Media:
        css = {"all": ["streams/operate.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})  # type: ignore[misc]
