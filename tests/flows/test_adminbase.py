"""What every admin page shares."""

from django.urls import reverse

from flows.models import Destination


def test_many_are_never_deleted_at_once(maria, desk):
    url = reverse("admin:flows_destination_changelist")
    maria.post(url, {"action": "delete_selected", "_selected_action": [desk.pk], "post": "yes"})
    assert Destination.objects.exists()
