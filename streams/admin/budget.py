"""Budgets: how each stands, when it will be used up, and the form of one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from flows.adminbase import ModelAdmin, strict
from flows.numbers import masked
from streams.admin.own_form import INPUT, OwnForm
from streams.alerts.looks import calls_behind
from streams.budgets.burn import Burn, burns, dollars, percent
from streams.desk import switching
from streams.models import Budget
from streams.models.budgets import usual_thresholds
from streams.reports.words import money

CALLS = "admin:streams_call_changelist"
MOST_SHARES = 8
TWICE = "There is such a budget already. Change that one."
NO_FLOW = "Only the budget of a flow can switch AI steps off. Choose a flow, or untick this."


class BudgetForm(forms.ModelForm):
    """For what, for how long, how much, and when people are told."""

    shares = forms.CharField(
        label="Tell people at",
        help_text="Shares of the amount in percent, parted by commas, such as 50, 80, 100. 120 also tells when a fifth "
        "more was spent.",
        widget=forms.TextInput({**INPUT, "inputmode": "numeric"}),
    )

    class Meta:
        model = Budget
        fields = ["flow", "number", "period", "amount", "stops_ai", "active"]
        widgets: ClassVar = {
            "flow": forms.Select(INPUT),
            "number": forms.Select(INPUT),
            "period": forms.Select(INPUT),
            "amount": forms.NumberInput({**INPUT, "min": "0.01", "step": "0.01"}),
        }
        labels: ClassVar = {
            "period": "For",
            "amount": "Amount in US dollars",
            "stops_ai": "AI steps off when it is used up",
            "active": "Watched",
        }
        help_texts: ClassVar = {
            "flow": "Calls that began on this flow. Leave it empty for all of them.",
            "number": "Or calls to this number of yours. With neither it is the budget of the whole site.",
            "period": "Days and months begin at midnight on the site’s clocks.",
            "amount": "Carrier, streams and AI together. A budget never ends or refuses a call.",
            "stops_ai": "For the budget of a flow: its AI steps are switched off until the period ends, and callers go "
            "on as when no assistant can be reached. Somebody at the desk can switch them on again.",
            "active": "Untick it to keep the budget, be told nothing and switch nothing off.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["flow", "number", "period", "amount", "shares", "stops_ai", "active"])
        self.initial["shares"] = ", ".join(map(str, self.instance.thresholds or usual_thresholds()))
        if self.instance.pk:
            self.initial["amount"] = f"{self.instance.amount.normalize():f}"
        for name, empty in (("flow", "all flows"), ("number", "all numbers")):
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]
        self.fields["number"].label_from_instance = _number_in_words  # type: ignore[attr-defined]

    def clean_shares(self) -> list[int]:
        """Rising whole percents."""
        try:
            found = sorted({int(part.strip().rstrip("%")) for part in self.cleaned_data["shares"].split(",")})
        except ValueError:
            raise ValidationError("Write whole percents, parted by commas: 50, 80, 100.") from None
        if not 1 <= found[0] <= found[-1] <= 1000:
            raise ValidationError("Write shares from 1 to 1000 percent.")
        if len(found) > MOST_SHARES:
            raise ValidationError(f"Write {MOST_SHARES} shares at most: each one is a message.")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        flow, number = cleaned.get("flow"), cleaned.get("number")
        if flow and number:
            self.add_error("number", "Choose a flow or a number, not both.")
        if cleaned.get("stops_ai") and not flow:
            self.add_error("stops_ai", NO_FLOW)
        same = Budget.objects.filter(flow=flow, number=number, period=cleaned.get("period", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("period", TWICE)
        self.instance.thresholds = cleaned.get("shares", [])
        return cleaned

    def validate_constraints(self) -> None:
        """`clean` says the same in words."""


def _number_in_words(number: Any) -> str:
    return f"{number.label} ({masked(number.number)})" if number.label else masked(number.number)


@admin.register(Budget)
class BudgetAdmin(OwnForm, ModelAdmin):
    """What may be spent, and how far it is."""

    form = BudgetForm
    back = ("admin:streams_budget_changelist", "Budgets")

    def note(self, obj: Any) -> str:
        return "" if obj else "How much the calls of a day or a month may cost before people are told."

    def title_of(self, obj: Any) -> str:
        return f"Budget of {obj}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Each budget with what is spent, its share, and when it will be used up."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = burns(Budget.objects.select_related("flow", "number"), timezone.now(), forecast=True)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Budgets",
            "rows": [_row(burn) for burn in sorted(rows, key=lambda burn: -burn.share)],
            "may_add": self.has_add_permission(request),
            "time_zone": timezone.get_current_timezone_name(),
        }
        return strict(TemplateResponse(request, "streams/budgets.html", context))


def _row(burn: Burn) -> dict[str, Any]:
    budget, spent = burn.budget, burn.spent
    return {
        "budget": budget,
        "spent": money(spent.amount),
        "running": money(spent.running) if spent.running else "",
        "amount": dollars(budget.amount),
        "left": money(budget.amount - spent.amount) if spent.amount < budget.amount else "",
        "share": percent(burn.share),
        "bar": min(int(burn.share), 100),
        "passed": int(burn.period.passed(timezone.now()) * 100),
        "marks": [step for step in budget.thresholds if step < 100],
        "tone": "bad" if burn.share >= 100 else "warn" if burn.level else "good",
        "state": "used up" if burn.share >= 100 else f"{burn.level} % passed" if burn.level else "well within",
        "thresholds": ", ".join(f"{step} %" for step in budget.thresholds),
        "forecast": burn.forecast(),
        "stopped": bool(budget.stops_ai and budget.flow_id and switching.is_off(budget.flow_id)),
        "calls_url": f"{reverse(CALLS)}?{calls_behind(burn.period.began, flow=budget.flow_id)}",
    }
