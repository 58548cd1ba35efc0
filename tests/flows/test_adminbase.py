"""What every admin page shares."""

from django.urls import reverse

from flows.models import Destination
from tests.flows.pages import text_of


def test_many_are_never_deleted_at_once(maria, desk):
    url = reverse("admin:flows_destination_changelist")
    maria.post(url, {"action": "delete_selected", "_selected_action": [desk.pk], "post": "yes"})
    assert Destination.objects.exists()


def test_a_list_is_titled_with_what_it_lists(maria):
    assert text_of(maria.get("/admin/flows/flow/")).startswith("Flows | Callwright")
