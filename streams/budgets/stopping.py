"""Flows whose budget is used up go on without their AI steps until the period ends, where the budget says so. Sync.

Nobody is cut off: callers go where the flow leads when no assistant can be reached.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from streams.budgets.burn import Burn, burns
from streams.desk import switching
from streams.models import Budget, FlowSwitch

USED_UP = 100  # percent


def stop_ai(now: datetime) -> int:
    """Switch off what is due; gives how many flows that were. Costs one small query where no budget asks for it."""
    wanted = Budget.objects.filter(active=True, stops_ai=True).select_related("flow")
    return sum(_stop(burn, now) for burn in burns(wanted, now) if burn.share >= USED_UP)


def _stop(burn: Burn, now: datetime) -> bool:
    """Once in a period: whoever switches them on again meanwhile has the last word."""
    budget, ends = burn.budget, burn.period.ends
    if budget.flow is None:
        return False
    with transaction.atomic():
        mine = Budget.objects.filter(Q(stopped_at=None) | Q(stopped_at__lt=burn.period.began), pk=budget.pk)
        if not mine.update(stopped_at=now):
            return False
        off = FlowSwitch.objects.active(now).filter(flow=budget.flow)
        if not off.filter(Q(until=None) | Q(until__gte=ends)).exists():  # somebody's own, which lasts longer, stays
            reason = f"Used up: {burn.in_words()}."
            switching.switch_off_by_rule(budget.flow, now, rule=f"Budget of {budget.of}", reason=reason, until=ends)
    return True
