"""Opening hours and holidays on one page."""

from django.urls import reverse

from flows import drafts
from flows.models import Holiday, OpeningHours
from tests.flows.addresses import delete_url
from tests.flows.pages import fill_in, text_of


def test_opening_hours_take_the_week_and_yearly_holidays_on_one_page(maria):
    rows = {
        "name": "Office",
        "zone": "America/New_York",
        "periods-0-weekday": "0",
        "periods-0-opens": "09:00",
        "periods-0-closes": "00:00",
        "holidays-0-name": "Leap day",
        "holidays-0-month": "2",
        "holidays-0-day": "29",
    }
    answer = fill_in(maria, reverse("admin:flows_openinghours_add"), "openinghours_form", **rows)
    assert answer.status_code == 302
    office = OpeningHours.objects.get()
    assert (office.key, office.as_schedule().periods[0].closes) == ("office", "24:00")

    wrong = {"holidays-0-day": "30", "periods-0-closes": "08:00", "zone": "Mars/Olympus"}
    answer = fill_in(maria, office.get_absolute_url(), "openinghours_form", **wrong)
    shown = text_of(answer)
    assert "There is no such day" in shown
    assert "must close after it opens" in shown
    assert "Mars/Olympus is not one of the available choices" in shown
    assert Holiday.objects.get().day == 29


def test_opening_hours_in_use_are_not_deleted(maria, line):
    office = OpeningHours.objects.create(key="office", name="Office")
    step = drafts.add_step(line, name="Open?", kind="opening_hours")
    step.settings = {"hours": "office"}
    step.save()

    assert "“Open?” of Main line" in text_of(maria.post(delete_url(office), {"post": "yes"}, follow=True))
    assert OpeningHours.objects.exists()
