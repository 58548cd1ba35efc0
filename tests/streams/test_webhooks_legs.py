"""The carrier's legs, from its messages to what they cost."""

from decimal import Decimal

import pytest
from django.core.cache import cache

from flows.engine.snapshot import dump_state
from flows.engine.step import State
from flows.models import Destination
from streams.billing.charges import charge_call
from streams.models import Call, LegEvent
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import CALL, PUBLIC, SETTINGS, Plivo, document, fields
from tests.streams.rows import published

pytestmark = pytest.mark.django_db
B_LEG = "b1e6a7c0-7b7e-4a5e-9a3c-0d2f4b6a8c10"
BACK = dict.fromkeys(["completed", "busy", "no-answer", "failed"], "bye")


@pytest.fixture
def plivo(client, settings, tmp_path):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    published(flow_of(put=("transfer", {"destination": "desk", "announcement": ""}, BACK), bye=("hang_up", "Goodbye.")))
    return Plivo(client)


def transferred(plivo):
    """A call that asks for the desk; returns the document that dials."""
    said = plivo.answer()
    going = {"do": "transfer", "destination": "desk", "ring_seconds": 20}
    Call.objects.update(pending=going, state=dump_state(State(step="put", turn=1)))
    return document(plivo.post(said.next_url, fields("Redirect")))


def came_back(plivo, dial, **told):
    return document(plivo.post(dial.next_url, fields("Dial", DialBLegUUID=B_LEG, **told)))


def costs():
    return {
        charge.source_key: str(charge.amount) for charge in charge_call(Call.objects.get().pk) if charge.kind == "leg"
    }


def test_the_call_to_us_costs_from_its_answer_as_long_as_the_carrier_tells(plivo):
    plivo.answer()
    assert costs() == {}
    plivo.post("/plivo/hangup/", fields("Hangup", Duration="61", CallStatus="completed"))
    assert costs() == {f"leg:{CALL}": "0.011000"}
    assert {(fact.kind, fact.toward) for fact in LegEvent.objects.all()} == {
        ("answer", "1415555"), ("end", "1415555"), ("length", "1415555")
    }  # fmt: skip


def test_a_call_that_nobody_answered_costs_nothing(plivo):
    plivo.post("/plivo/hangup/", fields("Hangup", Duration="0", CallStatus="no-answer"))
    assert costs() == {}


def test_a_transfer_is_a_leg_of_its_own_told_by_the_dial(plivo):
    dial = transferred(plivo)["Dial"]
    assert dial.get("callbackUrl").startswith(f"{PUBLIC}/plivo/dialled/")
    told = {"DialALegUUID": CALL, "DialBLegUUID": B_LEG, "DialBLegTo": "14155550123"}
    over = {"DialAction": "hangup", "DialBLegDuration": "130"}
    for form in ({"DialAction": "answer"}, over, over):
        assert plivo.post(dial.get("callbackUrl"), fields("Dial", **told, **form)).status_code == 200
    assert costs() == {f"leg:{B_LEG}": "0.034500"}


def test_a_dial_that_nobody_told_of_is_known_when_the_caller_comes_back(plivo):
    came_back(plivo, transferred(plivo), DialStatus="completed", DialBLegDuration="59")
    charge = next(one for one in charge_call(Call.objects.get().pk) if one.source_key == f"leg:{B_LEG}")
    assert (charge.amount, charge.step, charge.basis) == (Decimal("0.0115"), "put", "told")


def test_a_dial_that_nobody_answered_costs_nothing(plivo):
    came_back(plivo, transferred(plivo), DialStatus="busy")
    assert costs() == {}


def test_a_word_about_a_leg_of_another_call_is_refused(plivo):
    address = transferred(plivo)["Dial"].get("callbackUrl")
    told = fields("Dial", DialALegUUID="other", DialBLegUUID=B_LEG, DialAction="answer")
    assert plivo.post(address, told).status_code == 403
    assert not LegEvent.objects.filter(leg_uuid=B_LEG).exists()
