"""Opening hours on one page: the week, holidays, what happens at a moment, and where they are used."""

import pytest
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Holiday, OpeningHours, OpenPeriod
from tests.flows.addresses import delete_url
from tests.flows.pages import client_of, fields, fill_in, text_of

FORM = "openinghours_form"
ADD = "admin:flows_openinghours_add"


@pytest.fixture
def office(db):
    made = OpeningHours.objects.create(key="office", name="Office", zone="Europe/London")
    OpenPeriod.objects.bulk_create(
        OpenPeriod(hours=made, weekday=day, opens="09:00", closes="17:00") for day in range(5)
    )
    Holiday.objects.create(hours=made, name="Christmas Day", month=12, day=25)
    return made


@pytest.fixture
def open_line(line, office):
    """The line, which first asks whether the office is open: then goodbye, otherwise hello again."""
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    check = drafts.add_step(line, name="Are we open?", kind="opening_hours", after=hello.exits.get())
    check.settings = {"hours": "office"}
    check.save()
    closed = drafts.add_step(line, name="After hours", kind="say")
    closed.settings = {"text": "We are closed."}
    closed.save()
    drafts.write_exits(check, [], {"open": bye, "closed": closed, "holiday": None})
    closed.exits.update(goes_to=bye)
    return line


def press(client, url, act, **typed):
    """Press one of the page's buttons as a browser without JavaScript does: the form is sent as it stands."""
    shown = client.get(url)
    return client.post(url, {**fields(shown, FORM), **typed, "_do": act})


def test_opening_hours_take_the_week_and_yearly_holidays_on_one_page(maria):
    address = reverse(ADD)
    rows = {
        "name": "Office",
        "zone": "America/New_York",
        "day-0-0-opens": "9 am",
        "day-0-0-closes": "midnight",
        "holiday-0-name": "Leap day",
        "holiday-0-month": "2",
        "holiday-0-day": "29",
    }
    answer = fill_in(maria, address, FORM, **rows)
    assert answer.status_code == 302
    office = OpeningHours.objects.get()
    assert (office.key, office.as_schedule().periods[0].closes) == ("office", "24:00")
    assert office.as_schedule().holidays[0].year == 0

    wrong = {"holiday-0-day": "30", "day-0-0-closes": "08:00", "day-1-0-opens": "soon", "zone": "Mars/Olympus"}
    answer = fill_in(maria, office.get_absolute_url(), FORM, **wrong)
    shown = text_of(answer)
    assert "There is no such day" in shown
    assert "must close after it opens" in shown
    assert "Fill in both times" in shown
    assert "Mars/Olympus is not one of the available choices" in shown
    assert Holiday.objects.get().day == 29
    typed = fields(answer, FORM)
    assert (typed["day-1-0-opens"], typed["day-0-0-closes"], typed["holiday-0-day"]) == ("soon", "08:00", "30")


def test_a_day_takes_several_rows_and_those_that_overlap_are_named(maria, office):
    lunch = {"day-0-0-closes": "12:00", "day-0-1-opens": "11:30", "day-0-1-closes": "17:00"}
    twice = {"holiday-1-name": "Closing day", "holiday-1-month": "12", "holiday-1-day": "25", "holiday-1-year": "2026"}
    shown = text_of(fill_in(maria, office.get_absolute_url(), FORM, **lunch, **twice))
    assert "11:30 to 17:00 overlaps with 09:00 to 12:00." in shown
    assert "“Christmas Day” falls on the same day." in shown
    assert office.periods.count() == 5

    fill_in(maria, office.get_absolute_url(), FORM, **{**lunch, "day-0-1-opens": "12:00"})
    monday = [(each.opens, each.closes) for each in office.as_schedule().periods if each.weekday == 0]
    assert monday == [("09:00", "12:00"), ("12:00", "17:00")]


def test_emptied_rows_are_gone_and_a_holiday_may_have_hours_of_one_year(maria, office):
    gone = {"day-4-0-opens": "", "day-4-0-closes": ""}
    short = {"holiday-0-opens": "10", "holiday-0-closes": "12", "holiday-0-year": "2027"}
    fill_in(maria, office.get_absolute_url(), FORM, **gone, **short)
    stored = OpeningHours.objects.get().as_schedule()
    assert {period.weekday for period in stored.periods} == {0, 1, 2, 3}
    assert [(day.opens, day.closes, day.year) for day in stored.holidays] == [("10:00", "12:00", 2027)]


@pytest.mark.parametrize(
    ("act", "name", "value"),
    [
        ("usual", "day-4-0-closes", "17:00"),
        ("always", "day-6-0-closes", "24:00"),
        ("copy", "day-3-0-opens", "07:45"),
        ("add:2", "day-2-1-opens", ""),
        ("drop:1:0", "day-1-0-opens", ""),
        ("add-holiday", "holiday-1-name", ""),
        ("drop-holiday:0", "holiday-0-name", None),
    ],
)
def test_a_button_changes_rows_and_stores_nothing(maria, office, act, name, value):
    answer = press(maria, office.get_absolute_url(), act, **{"day-0-0-opens": "07:45"})
    assert fields(answer, FORM).get(name) == value
    assert "Not saved yet" in text_of(answer)
    assert {str(period.opens) for period in office.periods.all()} == {"09:00:00"}
    assert office.holidays.count() == 1


def test_what_happens_is_told_of_what_was_typed_and_not_saved_yet(maria, open_line, office):
    moment = {"ask_day": "2026-12-25", "ask_time": "6:05 pm"}
    shown = text_of(press(maria, office.get_absolute_url(), "check", **moment))
    assert "On Friday 25 December 2026 at 18:05 (Europe/London) you are closed: Christmas Day." in shown
    assert "You open again on Monday at 09:00." in shown
    assert "Main line, draft: “Are we open?” goes to “After hours”" in shown

    longer = {"day-3-0-closes": "20", "ask_day": "2026-12-24", "ask_time": "18:05"}
    shown = text_of(press(maria, office.get_absolute_url(), "check", **longer))
    assert "you are open until 20:00." in shown
    assert "“Are we open?” goes to “Goodbye”" in shown

    shown = text_of(press(maria, office.get_absolute_url(), "check", ask_day="2026-02-30", ask_time="soon"))
    assert "Choose a day, such as 2026-12-25." in shown
    assert "Write the time as 18:05" in shown


def test_what_is_live_goes_by_the_hours_it_was_published_with(maria, open_line, office, number, quick_voice):
    publishing.go_live(number, publishing.publish(open_line, by=None), by=None)
    later = {"day-0-0-opens": "10:00", "ask_day": "2026-11-30", "ask_time": "9:30"}
    answer = press(maria, office.get_absolute_url(), "check", **later)
    shown = text_of(answer)
    assert "you are closed. You open again the same day at 10:00." in shown
    assert "Main line v1 , live on +14155550199: “Are we open?” goes to “Goodbye” by the hours it was" in shown
    assert "Main line, draft: “Are we open?” goes to “After hours”" in shown
    assert "1 live number goes by these hours. Each version keeps the hours it was published with." in shown

    answer = maria.post(office.get_absolute_url(), {**fields(answer, FORM), "_save": "1"}, follow=True)
    assert "“Office” is saved. Callers notice it once “Main line” is published again" in text_of(answer)


def test_nobody_overwrites_hours_that_somebody_changed_meanwhile(maria, office):
    typed = {**fields(maria.get(office.get_absolute_url()), FORM), "day-0-0-closes": "18:00", "_save": "1"}
    office.periods.filter(weekday=4).update(closes="12:00")
    answer = maria.post(office.get_absolute_url(), typed)
    assert "Somebody changed these hours after you opened this page." in text_of(answer)
    assert str(office.periods.get(weekday=4).closes) == "12:00:00"
    assert fields(answer, FORM)["day-0-0-closes"] == "18:00"
    again = maria.post(office.get_absolute_url(), {**fields(answer, FORM), "_save": "1"})
    assert again.status_code == 302
    assert str(office.periods.get(weekday=0).closes) == "18:00:00"


def test_opening_hours_in_use_are_not_deleted(maria, open_line, office):
    assert "“Are we open?” of Main line" in text_of(maria.post(delete_url(office), {"post": "yes"}, follow=True))
    assert OpeningHours.objects.exists()


def test_the_page_is_strict_and_asks_as_much_of_many_flows_as_of_one(
    maria, open_line, office, number, quick_voice, django_assert_max_num_queries
):
    publishing.go_live(number, publishing.publish(open_line, by=None), by=None)
    for name in ("a", "b", "c"):
        step = drafts.add_step(open_line, name=name, kind="opening_hours")
        step.settings = {"hours": "office"}
        step.save()
    with django_assert_max_num_queries(16):
        answer = maria.get(office.get_absolute_url())
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_who_may_not_change_hours_stores_none(person, office):
    olga = client_of(person("operations viewer"))
    assert olga.get(office.get_absolute_url()).status_code == 403
    assert olga.post(reverse(ADD), {"name": "x", "zone": "UTC", "_save": "1"}).status_code == 403
    assert client_of(person("builder")).get(reverse("admin:flows_openinghours_change", args=[999])).status_code == 404
