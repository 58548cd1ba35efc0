"""What beat rings for, and when. Times of day are UTC."""

from typing import Any

from celery.schedules import crontab

Schedule = dict[str, dict[str, Any]]


def schedule(sweep_seconds: float) -> Schedule:
    """Every task that comes by itself. What a task finds to do is a state of rows, so a ring too many does no harm."""
    return {
        "sweep": {"task": "streams.tasks.sweep", "schedule": sweep_seconds},
        "remove old data": {"task": "streams.tasks.remove_old_data", "schedule": crontab(minute="30", hour="2")},
        "check figures": {"task": "streams.tasks.check_figures", "schedule": crontab(minute="50", hour="3")},
        "watch": {"task": "streams.tasks.watch", "schedule": 60.0},
        "morning reports": {"task": "streams.tasks.send_mornings", "schedule": 60.0},
        "the carrier's records of calls": {"task": "streams.tasks.read_books", "schedule": 30.0},
        "its books of yesterday and today": _books(2, crontab(minute="7")),
        "its books of 35 days back": _books(36, crontab(minute="17", hour="4")),
    }


def _books(days: int, when: crontab) -> dict[str, Any]:
    return {"task": "streams.tasks.read_books", "schedule": when, "args": (days,)}
