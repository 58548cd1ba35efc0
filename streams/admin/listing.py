"""What the lists of operations have in common: their look, and words of their own when there is nothing to show."""

from typing import Any

from django.http import HttpRequest, HttpResponse


class Listing:
    """Put before the theme's `ModelAdmin`. `heading` is the page's title; `empty_says` a heading and a sentence."""

    heading = ""
    empty_says = ("", "")
    change_list_template = "streams/list.html"
    list_per_page = 50
    show_full_result_count = False  # counting a million rows takes longer than reading fifty

    class Media:
        css = {"all": ["streams/operate.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        words = {"title": self.heading, "empty_says": self.empty_says}
        return super().changelist_view(request, words | (extra_context or {}))  # type: ignore[misc]
