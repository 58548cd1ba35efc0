"""Menus and AI steps under their own names."""

import re

from django.urls import reverse

from flows import drafts
from flows.models import (
    Flow,
)
from tests.flows.pages import text_of


def test_menus_are_listed_and_searched_across_flows(maria, menu):
    other = Flow.objects.create(name="Night line", slug="night-line")
    night = drafts.add_step(other, name="Night menu", kind="menu")
    url = reverse("admin:flows_menu_changelist")

    assert {"Main menu", "Night menu"} <= set(re.findall(r"\w+ menu", text_of(maria.get(url))))
    for words in ("my bill", "For billing, press"):
        found = text_of(maria.get(url, {"q": words}))
        assert "Main menu" in found
        assert "Night menu" not in found
    assert maria.get(reverse("admin:flows_menu_change", args=[night.pk])).url == night.get_absolute_url()
    assert "Main menu" not in text_of(maria.get(reverse("admin:flows_agentstep_changelist")))
