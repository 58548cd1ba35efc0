"""What every admin page shares."""

import pytest
from django.urls import reverse

from flows.models import Destination
from tests.flows.pages import text_of


def test_many_are_never_deleted_at_once(maria, desk):
    url = reverse("admin:flows_destination_changelist")
    maria.post(url, {"action": "delete_selected", "_selected_action": [desk.pk], "post": "yes"})
    assert Destination.objects.exists()


def test_a_list_is_titled_with_what_it_lists(maria):
    assert text_of(maria.get("/admin/flows/flow/")).startswith("Flows | Callwright")


@pytest.mark.parametrize(("page", "says"), [
    ("flow", "A flow is what callers hear"),
    ("menu", "Open a flow, and add a step that lets callers choose."),
    ("agentstep", "Open a flow, and add a step that lets an assistant talk"),
    ("promptaudio", "when its flow is published"),
    ("flowversion", "A version is made when a flow is published"),
    ("destination", "Calls are put through to destinations only."),
    ("lookup", "With a lookup a step or an assistant finds something out"),
    ("openinghours", "They say when calls go to people"),
    ("phonenumber", "let a published version answer them"),
])  # fmt: skip
def test_a_list_without_entries_says_how_the_first_comes_about(admin_client, page, says):
    address = reverse(f"admin:flows_{page}_changelist")
    assert says in text_of(admin_client.get(address))


def test_a_search_in_vain_offers_everything_instead(admin_client, desk):
    assert "Show everything" in text_of(admin_client.get(reverse("admin:flows_destination_changelist"), {"q": "zzz"}))
