"""How budgets stand: what is spent, which share that is, and when it will be used up, in figures and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from streams.budgets import projecting
from streams.budgets.periods import Period, period_of
from streams.budgets.projecting import Projection, project
from streams.budgets.spending import Spent, of_budget, spent_in, usual_hours
from streams.models import Budget
from streams.reports.words import moment, money

RESTS_ON = {
    projecting.BY_WEEKS: "by what each hour of the week cost in the last weeks, scaled by how this period goes",
    projecting.BY_PACE: "if the rest costs as much an hour as the beginning; there are no two weeks of calls before it",
}


@dataclass(frozen=True, slots=True)
class Burn:
    """One budget in its present period. `share` is percent of the amount, `level` the highest threshold reached, 0 for
    none."""

    budget: Budget
    period: Period
    spent: Spent
    share: Decimal
    level: int
    projection: Projection | None = None

    def in_words(self) -> str:
        """“$41.20 of $50 for today, 82 %”."""
        this = {"day": "today", "month": "this month"}[self.budget.period]
        return f"{money(self.spent.amount)} of {dollars(self.budget.amount)} for {this}, {percent(self.share)}"

    def forecast(self) -> str:
        """When it will be used up, as a sentence, and what that rests on."""
        seen = self.projection
        if seen is None:
            return ""
        if seen.by == projecting.REACHED:
            return f"It is used up. The period may cost {money(seen.total)} in all."
        if seen.by == projecting.EARLY:
            return "It is too early to say when it will be used up."
        if seen.at is None:
            return f"It will last: about {money(seen.total)} at the end, {RESTS_ON[seen.by]}."
        return f"Used up around {moment(seen.at)}, {RESTS_ON[seen.by]}."


def burns(budgets: Iterable[Budget], now: datetime, *, forecast: bool = False) -> list[Burn]:
    """How each of these stands. With `forecast`, one more query for each."""
    zone, known = timezone.get_current_timezone(), list(budgets)
    periods = {kind: period_of(kind, now, zone) for kind in {budget.period for budget in known}}
    spent = {kind: spent_in(period, now) for kind, period in periods.items()}
    return [_burn(budget, periods[budget.period], spent[budget.period], now, forecast) for budget in known]


def dollars(amount: Decimal) -> str:
    """A whole amount that somebody chose: cents, and no tenths of them."""
    return f"${amount.normalize():,f}" if amount != round(amount, 2) else f"${amount:,.2f}"


def percent(share: Decimal) -> str:
    """Whole percents, rounded down, so that 99.9 % is not taken for all of it."""
    return f"{int(share):,} %"


def _burn(budget: Budget, period: Period, spent: Iterable[Spent], now: datetime, forecast: bool) -> Burn:
    mine = of_budget(budget, spent)
    share = mine.amount / budget.amount * 100
    level = max((step for step in budget.thresholds if step <= share), default=0)
    return Burn(budget, period, mine, share, level, _projection(budget, period, mine, now) if forecast else None)


def _projection(budget: Budget, period: Period, mine: Spent, now: datetime) -> Projection:
    zone = timezone.get_current_timezone()
    return project(mine.amount, budget.amount, period, now, usual=usual_hours(budget, period), zone=zone)
