"""`/api/charges`: what things cost, each by its current figure."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest

from streams.api.asking import About, Money, Page, Rows, money, on_our_clocks, page_of
from streams.api.door import Door, Field, Query, Router, Schema, refusals
from streams.exports.charges import current
from streams.models import Charge

router = Router(tags=["charges"], auth=Door("charges"))


class ChargeOut(Schema):
    """What one thing cost. A better figure takes its place under the same `of`, with a higher `figure`."""

    id: int
    of: str = Field(description="What it is the charge of: a stream, a leg of the call, or a model's use.")
    figure: int
    call: int
    call_began: datetime
    flow: int | None
    cost_centre: str
    kind: str = Field(description="stream, leg or ai.")
    says: str
    seconds: int
    quantity: str
    unit: str
    amount: Money
    currency: str
    rests_on: str
    status: str = Field(description="estimated, matched or disputed.")
    made: datetime


@router.get(
    "", response={200: Rows[ChargeOut], **refusals}, summary="Charges, the newest first", operation_id="list_charges"
)
def list_charges(
    request: HttpRequest,
    about: Query[About],
    page: Query[Page],
    call: int | None = None,
    kind: Literal["stream", "leg", "ai"] | None = None,
    status: Literal["estimated", "matched", "disputed"] | None = None,
) -> dict[str, Any]:
    """Current charges of calls that began in these days: their sum is what is owed. Needs the scope `charges`."""
    found = current(about.asked()).select_related("call__version__flow")
    found = found.defer("call__state", "call__pending", "call__version__snapshot", "call__version__report")
    wanted = {"call": call, "kind": kind, "status": status}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(found, page, told, by="call__began_at")


def told(charge: Charge) -> dict[str, Any]:
    """A charge as `ChargeOut` says it."""
    version = charge.call.version
    return {
        "id": charge.pk,
        "of": charge.source_key,
        "figure": charge.version,
        "call": charge.call_id,
        "call_began": on_our_clocks(charge.call.began_at),
        "flow": version.flow_id if version else None,
        "cost_centre": version.flow.cost_centre if version else "",
        "kind": charge.kind,
        "says": charge.description,
        "seconds": charge.seconds,
        "quantity": f"{charge.quantity:f}",
        "unit": charge.unit,
        "amount": money(charge.amount),
        "currency": charge.currency,
        "rests_on": charge.basis,
        "status": charge.status,
        "made": on_our_clocks(charge.created_at),
    }
