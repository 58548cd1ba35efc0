"""A phone number, and going live on it."""

from flows import publishing
from flows.models import GoLive, PhoneNumber
from tests.flows.addresses import go_live_url
from tests.flows.pages import fill_in, text_of


def test_going_live_asks_for_a_reason_and_keeps_the_history(paul, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    answer = paul.post(go_live_url(number), {"version": version.pk, "why": ""})
    assert "This field is required" in text_of(answer)
    assert not GoLive.objects.exists()

    paul.post(go_live_url(number), {"version": version.pk, "why": "Opening day."})

    shown = text_of(paul.get(number.get_absolute_url()))
    assert "Main line v1 went live, by Paul Becker: Opening day." in shown
    assert PhoneNumber.objects.get().version == version


def test_the_version_of_a_number_changes_by_going_live_only(paul, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    fill_in(paul, number.get_absolute_url(), "phonenumber_form", label="Office", version=str(version.pk))
    number.refresh_from_db()
    assert (number.label, number.version) == ("Office", None)
