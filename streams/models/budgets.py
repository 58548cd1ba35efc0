"""What may be spent on calls in a day or a month."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from flows.models import Flow, PhoneNumber
from flows.numbers import masked


def usual_thresholds() -> list[int]:
    """The shares at which people are told, in percent."""
    return [50, 80, 100]


class BudgetPeriod(models.TextChoices):
    """What an amount is for; days and months are those of the site's time zone."""

    DAY = "day", "each day"
    MONTH = "month", "each month"


class Budget(models.Model):
    """An amount for one flow, one number or, with neither, the whole site. It tells people; it never ends a call.

    `thresholds` are whole percents, rising; at each one the alert for budgets speaks. With `stops_ai`, which a flow’s
    may have, its AI steps are switched off once in a period, at `stopped_at`, when the amount is used up.
    """

    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.CASCADE, related_name="budgets")
    number = models.ForeignKey(PhoneNumber, null=True, blank=True, on_delete=models.CASCADE, related_name="budgets")
    period = models.CharField(max_length=5, choices=BudgetPeriod.choices, default=BudgetPeriod.MONTH)
    amount = models.DecimalField(
        max_digits=14, decimal_places=6, validators=[MinValueValidator(Decimal("0.01"))], help_text="US dollars."
    )
    thresholds = models.JSONField(default=usual_thresholds)
    active = models.BooleanField(default=True)
    stops_ai = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_is_positive"),
            models.CheckConstraint(condition=Q(flow=None) | Q(number=None), name="budget_of_a_flow_or_a_number"),
            models.CheckConstraint(condition=Q(stops_ai=False) | ~Q(flow=None), name="budget_that_stops_ai_has_a_flow"),
            models.UniqueConstraint(fields=["flow", "period"], name="one_budget_per_flow", condition=~Q(flow=None)),
            models.UniqueConstraint(
                fields=["number", "period"], name="one_budget_per_number", condition=~Q(number=None)
            ),
            models.UniqueConstraint(
                fields=["period"], name="one_budget_of_the_site", condition=Q(flow=None, number=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of}, {self.get_period_display()}"

    @property
    def of(self) -> str:
        """Whose budget it is; a number by its label, else masked, for it is told to people outside too."""
        if self.number:
            return self.number.label or masked(self.number.number)
        return str(self.flow) if self.flow else "the whole site"

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_budget_change", args=[self.pk])
