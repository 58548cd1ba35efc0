"""Going live later, and by two: a version that is planned for a moment to come, and who may put it live.

The worker looks every half minute. What cannot be done then is told on the page of the number; the line stays as it is.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from flows import publishing
from flows.models import FlowVersion, PhoneNumber, PlannedGoLive

log = logging.getLogger(__name__)

SECOND_PERSON = (
    "You published this version yourself, and on this site a second person puts it live. Ask another publisher."
)


def plan(number: PhoneNumber, version: FlowVersion, *, at: datetime, by: Any, why: str) -> PlannedGoLive:
    """Let this version answer from `at` on. Another plan for the number is withdrawn. Raises `CannotGoLive`."""
    if at <= timezone.now():
        raise publishing.CannotGoLive("This moment is over. Choose one to come, or leave it empty to go live at once.")
    publishing.check_live(version)
    with transaction.atomic():
        withdraw(number, by=by)
        return PlannedGoLive.objects.create(number=number, version=version, at=at, by=by, why=why)


def withdraw(number: PhoneNumber, *, by: Any) -> int:
    """Forget what is planned for this number; how much that was."""
    waiting = PlannedGoLive.objects.filter(number=number, done_at=None)
    who = by.get_full_name() or by.get_username()
    return waiting.update(done_at=timezone.now(), what_came=f"Withdrawn by {who}.")


def do_what_is_due(now: datetime) -> int:
    """Put live what is planned for now or earlier; how many plans that settled."""
    due = PlannedGoLive.objects.filter(done_at=None, at__lte=now).values_list("pk", flat=True)
    return sum(_do(pk, now) for pk in due)


def needs_second_person(number: PhoneNumber, version: FlowVersion, by: Any) -> bool:
    """Whether another than `by` must put this live: its own publisher may only go back to what was live before."""
    return version.published_by_id == by.pk and not number.history.filter(version=version).exists()


@transaction.atomic
def _do(pk: int, now: datetime) -> int:
    planned = PlannedGoLive.objects.select_for_update().filter(pk=pk, done_at=None).first()
    if planned is None:
        return 0  # another worker was faster, or it was withdrawn
    try:
        with transaction.atomic():
            publishing.go_live(planned.number, planned.version, by=planned.by, why=planned.why)
        planned.what_came = "Done."
    except publishing.CannotGoLive as error:
        log.warning("A planned going live on number %s was not done.", planned.number_id)
        planned.what_came = f"Not done. {error}"[:400]
    planned.done_at = now
    planned.save(update_fields=["done_at", "what_came"])
    return 1
