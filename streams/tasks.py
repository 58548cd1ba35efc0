"""What Celery is rung for. A task may run twice or not at all: what must be done is a state of a row."""

from datetime import UTC, datetime
from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from flows import publications
from streams import bell, sweeper, texts
from streams import finalise as after_call
from streams.alerts import delivering, watching
from streams.alerts.looks import WORKER
from streams.billing import repricing
from streams.callbacks import due
from streams.desk import announcing
from streams.exports import making as exports
from streams.figures import upkeep
from streams.listening import resuming, stopping
from streams.models import Rate
from streams.mornings import due as mornings
from streams.outbound import cutting_off, machines
from streams.outbound import due as outbound
from streams.reconciling import fetching
from streams.retention import nightly


@shared_task
def finalise(call_pk: int) -> None:
    """Make or mend the record of one call."""
    after_call.finalise(call_pk)


@shared_task
def send_text(text_pk: int) -> None:
    """Send one text message, if it still waits."""
    texts.send(text_pk)


@shared_task
def prepare_announcement(announcement_pk: int) -> None:
    """Render an emergency announcement."""
    announcing.prepare(announcement_pk)


def ring_announcement(announcement_pk: int) -> None:
    """Have a worker render it, once what was stored is there. A dead broker is no error: the page offers it again."""
    transaction.on_commit(partial(bell.ring, "prepare_announcement", announcement_pk), robust=True)


@shared_task
def stop_listening(call_pk: int) -> None:
    """Have the carrier end what still listens to a conversation that is over."""
    stopping.stop_by_request(call_pk)


@shared_task
def listen_again(call_pk: int) -> None:
    """Have a talk written down again whose stream broke off, if none came since."""
    resuming.take_up_one(call_pk, timezone.now())


@shared_task
def call_back(request_pk: int, by_hand: bool = False) -> None:
    """Call somebody back, if that is still due, or a person wants it now."""
    due.call_now(request_pk, by_hand=by_hand)


@shared_task
def call_out(callee_pk: int) -> None:
    """Call somebody on a list, if that is still due."""
    outbound.call_now(callee_pk)


@shared_task
def run_call_lists() -> None:
    """Ring for whom running lists may call now; the sweeper does the same."""
    outbound.do_what_is_due(datetime.now(UTC))


@shared_task
def hang_up_on_machine(attempt_pk: int) -> None:
    """End a call that an answering machine took, where its list says so."""
    machines.hang_up(attempt_pk)


@shared_task
def cut_off(attempt_pk: int) -> None:
    """Hang up a call that rings for a number which wants no calls any more."""
    cutting_off.hang_up(attempt_pk)


@shared_task(time_limit=4 * 3600)
def make_export(export_pk: int) -> None:
    """Write a large export to its file, unless that is done or under way. A million rows take minutes."""
    exports.make(export_pk)


@shared_task
def send_mornings() -> None:
    """Send the morning reports that are due."""
    mornings.send_what_is_due()


@shared_task
def apply_price(rate_pk: int) -> None:
    """Charge anew what a new price touches; the sweeper goes on with what is left after two minutes."""
    for rate in Rate.objects.filter(pk=rate_pk, applied_at=None):
        repricing.reprice(rate, timezone.now())


@shared_task
def sweep() -> None:
    """Close what never ended, and do again what was left undone."""
    sweeper.sweep()


@shared_task
def remove_old_data() -> None:
    """Remove what is older than its retention rule, and go on later with what is left."""
    if not nightly.run():
        remove_old_data.apply_async(retry=False)


@shared_task
def watch() -> None:
    """Give a sign, look at everything that is watched, and send what still waits to be told."""
    now = datetime.now(UTC)
    watching.beat(WORKER, now)
    watching.watch(now)
    delivering.send_due(now)


@shared_task
def send_notice(notice_pk: int) -> None:
    """Send one message of an alert, if it still waits."""
    delivering.send(notice_pk, datetime.now(UTC))


def ring_notice(notice_pk: int) -> None:
    """Have a worker send this message now; the next minute does otherwise."""
    bell.ring("send_notice", notice_pk)


@shared_task
def read_books(days: int = 0) -> None:
    """Read on in the carrier's books, for some minutes; `days` back from today are begun anew."""
    if not fetching.read_on(days):
        read_books.apply_async(retry=False, countdown=1)


@shared_task
def check_figures() -> None:
    """Compare what reports say with logs and charges, every night."""
    upkeep.check_by_night(timezone.now())


@shared_task
def carry_on_publishing(publication_pk: int) -> None:
    """Make the prompts of a publication, and store its version. A long one is done in stretches."""
    if not publications.carry_on(publication_pk):
        ring_publication(publication_pk)


def ring_publication(publication_pk: int) -> None:
    """Have a worker carry on with this publication, once what was stored is there. A dead broker is no error."""
    transaction.on_commit(partial(bell.ring, "carry_on_publishing", publication_pk), robust=True)
