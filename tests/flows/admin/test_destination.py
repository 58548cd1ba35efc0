"""Where calls may be put through to: what a builder adds, a publisher approves."""

import pytest
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Destination
from tests.flows.addresses import delete_url
from tests.flows.pages import fill_in, text_of


def test_a_destination_in_use_is_not_deleted_and_the_sentence_names_the_flows(paul, line, desk, number, quick_voice):
    step = drafts.add_step(line, name="To support", kind="transfer")
    step.settings = {"destination": desk.key}
    step.save()
    step.exits.update(goes_to=line.steps.get(key="goodbye"))
    line.steps.get(key="hello").exits.update(goes_to=step)
    publishing.go_live(number, publishing.publish(line, by=None), by=None)

    page = text_of(paul.get(desk.get_absolute_url()))
    assert "1 live number puts calls through here. A new phone number counts from the next transfer on." in page
    assert "Main line v1 , live on +14155550199: “To support” Drafts “To support” of Main line" in page

    shown = text_of(paul.post(delete_url(desk), {"post": "yes"}, follow=True))
    assert "“To support” of Main line" in shown
    assert "Main line v1, which is live" in shown

    line.steps.get(key="hello").exits.update(goes_to=line.steps.get(key="goodbye"))
    step.delete()
    assert "Main line v1, which is live" in text_of(paul.post(delete_url(desk), {"post": "yes"}, follow=True))
    assert Destination.objects.exists()


def test_a_destination_of_a_builder_waits_for_a_publisher(maria, paul):
    add = reverse("admin:flows_destination_add")
    fill_in(maria, add, "destination_form", name="Sales desk", number="+14155550124")
    desk = Destination.objects.get()
    approve = reverse("admin:flows_destination_approve", args=[desk.pk])
    assert (desk.key, desk.awaits_approval) == ("sales-desk", True)
    assert maria.post(approve).status_code == 403
    assert paul.get(approve).status_code == 405

    paul.post(approve)

    desk.refresh_from_db()
    assert not desk.awaits_approval
    fill_in(maria, desk.get_absolute_url(), "destination_form", name="Sales", number="+14155550666")
    desk.refresh_from_db()
    assert (desk.name, desk.number) == ("Sales", "+14155550124")


@pytest.mark.parametrize("number", ["911", "+19005550123", "+1 415 555 0124"])
def test_a_number_that_may_not_be_dialled_is_refused_beside_its_field(number, maria):
    add = reverse("admin:flows_destination_add")
    answer = fill_in(maria, add, "destination_form", name="Sales desk", number=number)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Destination.objects.exists()
