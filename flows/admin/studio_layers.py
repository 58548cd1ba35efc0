"""The figures that the map can show of past calls, for those who may see calls."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from flows import layers, publishing, seams
from flows.admin.studio import may_see
from flows.engine import Flow as EngineFlow
from flows.models import Flow

MOST_BILLS = 2000  # calls whose cost is shared out: the latest tell enough, and are read in a moment
REFUSED = "You may not see {}, so the map does not show them. Whoever looks after people on this site can change that."
NO_CALLS, NO_MONEY = REFUSED.format("calls"), REFUSED.format("costs")


@require_safe
@may_see
def figures_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The layers of callers and of cost; a sentence in place of what this person may not see."""
    flow = get_object_or_404(Flow, pk=pk)
    draft = publishing.draft(flow).flow
    may = request.user.has_perm  # type: ignore[union-attr]
    may_see_calls = may("streams.view_call")
    may_see_money = may_see_calls and may("streams.view_charge")
    return JsonResponse(
        {
            "callers": _callers(flow, draft) if draft and may_see_calls else _none(NO_CALLS),
            "cost": _cost(flow, draft) if draft and may_see_money else _none(NO_MONEY if may_see_calls else NO_CALLS),
        }
    )


def _callers(flow: Flow, draft: EngineFlow) -> layers.Layer:
    return layers.callers(draft, seams.traffic(flow.pk, _since()))


def _cost(flow: Flow, draft: EngineFlow) -> layers.Layer:
    return layers.cost(draft, seams.spent(flow.pk, _since(), MOST_BILLS))


def _none(said: str) -> dict[str, Any]:
    return {"said": said, "steps": {}, "exits": {}}


def _since() -> Any:
    return timezone.now() - timedelta(days=layers.DAYS)
