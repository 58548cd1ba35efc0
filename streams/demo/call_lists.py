"""The demo company's call list: a delivery reminder, paused, with a few people in several places."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from flows import publishing
from flows.models import Destination, PhoneNumber
from flows.portable import applying
from flows.portable.gallery import template
from streams.models import Callee, CallList, DoNotCall, OutboundAttempt
from streams.models.outbound import CalleeState, ListState, Machines, OutboundResult

NAME, TEMPLATE, COMPANY = "Deliveries of this week", "11_delivery_reminder", "Hart Tools"
PEOPLE = (  # number, name, day, where they stand, how their attempts went
    ("+14155550151", "Ann Lee", "Thursday", CalleeState.REACHED, (OutboundResult.REACHED,)),
    ("+14155550152", "Ben Ortiz", "Thursday", CalleeState.WAITING, (OutboundResult.BUSY,)),
    ("+12125550153", "Carla Moss", "Friday", CalleeState.MESSAGE, (OutboundResult.NO_ANSWER, OutboundResult.MESSAGE)),
    ("+13125550154", "Dev Patel", "Friday", CalleeState.WAITING, ()),
    ("+12025550155", "Eva Stone", "Friday", CalleeState.OPTED_OUT, (OutboundResult.OPTED_OUT,)),
    ("+14155550156", "Finn Roe", "Saturday", CalleeState.WAITING, ()),
)


def load(now: datetime) -> CallList | None:
    """Make it, once; None where it is there, or where the demo company is not."""
    number = PhoneNumber.objects.filter(label="Hart Tools").first()
    by = get_user_model().objects.filter(username="paul").first()
    file = template(TEMPLATE)
    if number is None or by is None or file is None or CallList.objects.filter(name=NAME).exists():
        return None
    flow = applying.apply(file.file, by=by).flow
    Destination.objects.filter(awaits_approval=True).update(awaits_approval=False)
    publishing.publish(flow, by=by, notes="For the demo’s call list.")
    made = CallList.objects.create(
        name=NAME,
        flow=flow,
        ours=number,
        company=COMPANY,
        machines=Machines.MESSAGE,
        state=ListState.PAUSED,
        state_by=by,
        state_at=now,
    )
    for place, person in enumerate(PEOPLE):
        _person(made, place, now, *person)
    return made


def _person(made: CallList, place: int, now: datetime, *about: Any) -> None:
    number, name, day, state, results = about
    callee = Callee.objects.create(
        call_list=made, place=place, number=number, name=name, answers={"day": day}, state=state, next_at=now
    )
    for at, result in enumerate(results):
        ordered_at = now - made.pause * (len(results) - at)
        OutboundAttempt.objects.create(
            callee=callee, number=number, ordered_at=ordered_at, settled_at=ordered_at, result=result, abandoned=False
        )
    if state == CalleeState.OPTED_OUT:
        reason = "They pressed the key for it on a call."
        DoNotCall.objects.get_or_create(number=number, defaults={"reason": reason, "on_call": True})
