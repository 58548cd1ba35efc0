"""The morning report by e-mail: who wants it when, and that each day's was sent once."""

from django.conf import settings
from django.db import models

from flows.models import Flow

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def every_day() -> list[int]:
    """Monday is 0."""
    return list(range(7))


class MorningMail(models.Model):
    """One person's wish. `at` is on the site's clocks, `days` are weekdays, Monday 0; no `flows` means all of them."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="morning_mail")
    at = models.TimeField(help_text="On the site’s clocks.")
    days = models.JSONField(default=every_day)
    flows = models.ManyToManyField(Flow, blank=True, related_name="+")
    wanted = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "morning report"

    def __str__(self) -> str:
        return f"{self.person} at {self.at:%H:%M}"


class MorningSent(models.Model):
    """One day's report to one person. The row is made before the mail is handed over, and holds it to once.

    `sending` that stays means the process died there: nobody knows whether the mail left, so it is not sent again.
    """

    mail = models.ForeignKey(MorningMail, on_delete=models.CASCADE, related_name="sent")
    day = models.DateField(help_text="The day it was due, on the site's calendar.")
    state = models.CharField(
        max_length=8, choices=[("sending", "being sent"), ("sent", "sent"), ("failed", "not sent")], default="sending"
    )
    tries = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["mail", "day"], name="one_morning_report_a_day")]

    def __str__(self) -> str:
        return f"{self.mail}, {self.day}"
