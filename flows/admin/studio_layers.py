"""The figures that the map can show of past calls, for those who may see figures: sums, and no call of its own."""

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
REFUSED = "You may not see figures of calls. Whoever looks after people on this site can change that."


NONE = {"said": REFUSED, "steps": {}, "exits": {}}


@require_safe
@may_see
def figures_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The layers of callers and of cost; a sentence in their place for who may not see them."""
    flow = get_object_or_404(Flow, pk=pk)
    draft = publishing.draft(flow).flow
    if draft is None or not request.user.has_perm("flows.view_figures"):  # type: ignore[union-attr]
        return JsonResponse({"callers": NONE, "cost": NONE})
    return JsonResponse({"callers": _callers(flow, draft), "cost": _cost(flow, draft)})


def _callers(flow: Flow, draft: EngineFlow) -> layers.Layer:
    return layers.callers(draft, seams.traffic(flow.pk, _since()))


def _cost(flow: Flow, draft: EngineFlow) -> layers.Layer:
    return layers.cost(draft, seams.spent(flow.pk, _since(), MOST_BILLS))


def _since() -> Any:
    return timezone.now() - timedelta(days=layers.DAYS)
