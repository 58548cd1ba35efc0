"""Where calls may be put through to, and when a place is open."""

import calendar
import zoneinfo
from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from flows.engine import schedule
from flows.models.outbound import validate_outbound


class Destination(models.Model):
    """A place calls may be put through to: the only numbers the system ever dials for a caller."""

    key = models.SlugField(
        max_length=60, unique=True, editable=False, help_text="Made from the name; it never changes."
    )
    name = models.CharField(max_length=80, help_text="What your colleagues call it, such as “Support desk”.")
    number = models.CharField(
        max_length=16, validators=[validate_outbound], help_text="With country code, such as +14155550123."
    )
    awaits_approval = models.BooleanField(
        default=False, editable=False, help_text="No flow that leads here can be published until it is approved."
    )

    class Meta:
        ordering = ["name"]
        permissions = [("approve_destination", "Can approve where calls may be put through to")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_destination_change", args=[self.pk])


def validate_zone(text: str) -> None:
    """Raise `ValidationError` unless `text` names a time zone of this machine's database."""
    if text not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list, such as America/Los_Angeles.")


class OpeningHours(models.Model):
    """When a place is open. A published version keeps the hours it was published with."""

    key = models.SlugField(
        max_length=60, unique=True, editable=False, help_text="Made from the name; it never changes."
    )
    name = models.CharField(max_length=80, help_text="Such as “Office” or “Night desk”.")
    zone = models.CharField(
        max_length=60,
        default="America/Los_Angeles",
        verbose_name="time zone",
        validators=[validate_zone],
        help_text="The hours below are on the clocks of this place.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "opening hours"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_openinghours_change", args=[self.pk])

    def as_schedule(self) -> schedule.Schedule:
        """The same hours as the engine reads them. Prefetch `periods` and `holidays` when there are many."""
        return schedule.Schedule(
            name=self.name,
            zone=self.zone,
            periods=tuple(period.as_open_period() for period in self.periods.all()),
            holidays=tuple(holiday.as_holiday() for holiday in self.holidays.all()),
        )

    def keep(self, week: schedule.Schedule) -> None:
        """Store these periods and holidays in the place of those that are there. Run it within a transaction."""
        self.periods.all().delete()
        self.holidays.all().delete()
        OpenPeriod.objects.bulk_create(
            OpenPeriod(hours=self, weekday=each.weekday, opens=_clock(each.opens), closes=_clock(each.closes))
            for each in week.periods
        )
        Holiday.objects.bulk_create(
            Holiday(
                hours=self,
                name=each.name,
                month=each.month,
                day=each.day,
                year=each.year or None,
                opens=_clock(each.opens) if each.opens else None,
                closes=_clock(each.closes) if each.opens else None,
            )
            for each in week.holidays
        )


class OpenPeriod(models.Model):
    """One stretch of the week that is open. Two rows make a day with a lunch break."""

    hours = models.ForeignKey(OpeningHours, on_delete=models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(schedule.WEEKDAYS)))
    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00 means the end of the day.")

    def clean(self) -> None:
        """Raise `ValidationError` when it closes before it opens."""
        if self.opens and self.closes is not None:
            _closes_after_it_opens(self.opens, self.closes)

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = "open period"

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}"

    def as_open_period(self) -> schedule.OpenPeriod:
        """The same stretch as the engine reads it."""
        return schedule.OpenPeriod(weekday=self.weekday, opens=f"{self.opens:%H:%M}", closes=_end(self.closes))


class Holiday(models.Model):
    """A day on which the weekly hours do not count."""

    hours = models.ForeignKey(OpeningHours, on_delete=models.CASCADE, related_name="holidays")
    name = models.CharField(max_length=60)
    month = models.PositiveSmallIntegerField(choices=list(enumerate(calendar.month_name))[1:])
    day = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty for a holiday that comes every year."
    )
    opens = models.TimeField(null=True, blank=True, help_text="Leave both empty when closed all day.")
    closes = models.TimeField(null=True, blank=True)

    def clean(self) -> None:
        """Raise `ValidationError` for a day that no calendar has, or hours that are half given or reversed."""
        if self.month and self.day is not None:
            _is_a_day(self.year or 2024, self.month, self.day)  # 2024 has a 29 February
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"opens": "Fill in both times, or leave both empty when it is closed all day."})
        if self.opens is not None and self.closes is not None:
            _closes_after_it_opens(self.opens, self.closes)

    class Meta:
        ordering = ["month", "day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="holiday_hours_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_holiday(self) -> schedule.Holiday:
        """The same day as the engine reads it."""
        hours = {"opens": f"{self.opens:%H:%M}", "closes": _end(self.closes)} if self.opens and self.closes else {}
        return schedule.Holiday(name=self.name, month=self.month, day=self.day, year=self.year or 0, **hours)


def _end(closes: time) -> str:
    """A closing time as HH:MM, where midnight is the end of the day."""
    return "24:00" if closes == time(0) else f"{closes:%H:%M}"


def _closes_after_it_opens(opens: time, closes: time) -> None:
    if closes != time(0) and closes <= opens:
        sentence = (
            "It must close after it opens. For a night, make two rows: one until 00:00, one from 00:00 on the next day."
        )
        raise ValidationError({"closes": sentence})


def _is_a_day(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
    except ValueError as error:
        raise ValidationError({"day": "There is no such day. Check the day and the month."}) from error


def _clock(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text)
