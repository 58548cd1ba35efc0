"""Rules that somebody is told of, and a look whose figures a test decides."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from streams.alerts import kinds, watching
from streams.alerts.finding import Finding
from streams.models import AlertRule

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture
def only(db):
    """Keep one shipped rule and let it tell somebody; fields can be given."""

    def make(kind, **fields):
        AlertRule.objects.exclude(key=kind).update(active=False)
        given = {"emails": "desk@example.com", "active": True} | fields
        AlertRule.objects.filter(key=kind).update(**given)
        return AlertRule.objects.get(key=kind)

    return make


@pytest.fixture
def faults(only, monkeypatch):
    """The rule for faults (20 %, over below 10 for 10 minutes), seeing what is put into the list."""
    seen = []
    look = replace(kinds.KINDS["faults"], look=lambda rule, now: list(seen))
    monkeypatch.setitem(kinds.KINDS, "faults", look)
    only("faults")
    return seen


def finding(value, subject="flow 1", **fields):
    given = {"title": f"Faults on {subject}", "figure": f"{value} %"}
    return Finding(subject, Decimal(value), **given | fields)


def watch_at(moment, faults, *found):
    """One look at this moment, finding this."""
    faults[:] = found
    return watching.watch(moment)
