"""What the mail says, and to whom."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission

from flows.models import Flow
from streams.figures import rollups
from streams.models import CallFigures, StepVisit
from streams.mornings.writing import written

pytestmark = pytest.mark.django_db
THE_DAY_AFTER = date(2090, 11, 23)


@pytest.fixture
def bad_call(counted):
    call = counted()
    CallFigures.objects.filter(pk=call.pk).update(ears=["an engine failed"], gave_up=True)
    StepVisit.objects.filter(call=call, step="helper").update(hung_up=True)
    rollups.changed([rollups.day_of(call.began_at)])
    return call


def test_it_has_yesterdays_tiles_worst_steps_and_calls_that_need_ears(wish, bad_call):
    said = written(wish(), THE_DAY_AFTER)
    assert said.subject == "Wed 22 Nov: 1 call"
    for text in (said.text, said.html):
        for words in (
            "Wednesday 22 November on the line",
            "Gave up",
            "100%",
            "Main line, Helper",
            "1 hung up, of 1 who came",
            "an engine failed",
        ):
            assert words in text
        assert f"/admin/streams/call/{bad_call.pk}/change/" in text


def test_money_words_and_numbers_need_their_permissions(wish, olga, bad_call):
    said = written(wish(), THE_DAY_AFTER)
    assert "Cost" not in said.text
    assert bad_call.caller not in said.text + said.html
    olga.user_permissions.set(Permission.objects.filter(codename__in=["view_call", "view_charge"]))
    again = written(type(olga).objects.get(pk=olga.pk).morning_mail, THE_DAY_AFTER)
    assert "Cost: 0.600 ¢" in again.text
    assert "an engine failed" not in again.text


def test_each_chosen_flow_has_its_part(wish, bad_call, version):
    mail = wish()
    mail.flows.add(version.flow, Flow.objects.create(name="Sales", slug="sales"))
    said = written(mail, THE_DAY_AFTER)
    assert said.subject == "Wed 22 Nov: Main line 1 call, Sales 0 calls"
    assert "Helper: 1 hung up" in said.text


def test_mail_programs_can_stop_it_with_one_click(wish):
    said = written(wish(), THE_DAY_AFTER)
    assert said.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = said.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http")
    assert link in said.text
    assert link in said.html


def test_what_builders_and_vendors_wrote_is_no_markup(wish, bad_call):
    Flow.objects.update(name="<img src=x>")
    mail = wish()
    mail.flows.add(Flow.objects.get())
    said = written(mail, THE_DAY_AFTER)
    assert "<img" not in said.html
    assert "<img src=x>" in said.text
