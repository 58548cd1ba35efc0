"""The AI steps of a flow are switched off: for new calls, for those that talk with an assistant, and on again."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from streams.consumer import LIVE
from streams.desk import audit, news, switching
from streams.models import DeskAct
from streams.off_loop import query
from tests.builders import flow_of
from tests.streams.rows import published, ringing
from tests.streams.test_consumer import begun, in_rows, scripted  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sue(django_user_model):
    user = django_user_model.objects.create_user("sue", is_staff=True)
    user.groups.add(Group.objects.get(name="supervisor"))
    return user


@pytest.fixture
def flow():
    steps = {"talk": ("agent", {}, {"failed": "bye"}), "bye": ("hang_up", "Bye.")}
    return published(flow_of(**steps)).flow


def test_it_is_off_until_its_time_is_over_or_somebody_switches_it_on(sue, flow):
    switching.switch_off(flow, by=sue, reason="It tells wrong prices.")
    assert switching.is_off(flow.pk)
    switching.switch_on(flow, by=sue)
    assert not switching.is_off(flow.pk)
    switching.switch_off(flow, by=sue, until=timezone.now() - timezone.timedelta(seconds=1))
    assert not switching.is_off(flow.pk)
    assert [row.act for row in DeskAct.objects.order_by("pk")] == ["agents_off", "agents_on", "agents_off"]


def test_who_may_not_is_refused_and_that_is_kept(sue, flow):
    sue.groups.clear()
    sue = type(sue).objects.get(pk=sue.pk)
    with pytest.raises(PermissionDenied):
        switching.switch_off(flow, by=sue)
    assert not switching.is_off(flow.pk)
    assert DeskAct.objects.get().act == audit.REFUSED


async def test_a_new_call_goes_on_without_the_assistant(scripted, sue, flow):  # noqa: F811
    await query(lambda: switching.switch_off(flow, by=sue))
    call, token = line = await query(ringing)
    carrier = await begun(line)
    kinds = await in_rows(lambda: list(call.events.values_list("kind", flat=True)))
    assert ("agent_left_out" in kinds, "agent_started" in kinds) == (True, False)
    await carrier.disconnect()


async def test_a_live_conversation_is_handed_over(scripted, sue, flow, monkeypatch):  # noqa: F811
    monkeypatch.setattr(news, "_sender", news.Sender())
    call, _ = line = await query(ringing)
    carrier = await begun(line)
    await carrier.hears("checkpoint")
    await query(lambda: switching.switch_off(flow, by=sue))
    await carrier.hears("playAudio")  # what is said when the assistant fails
    assert not LIVE[call.call_uuid]._session.dialogue.is_open
    kinds = await in_rows(lambda: list(call.events.values_list("kind", flat=True)))
    assert "agent_left_out" in kinds
    await carrier.disconnect()
