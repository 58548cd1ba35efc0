"""What Celery is rung for. A task may run twice or not at all: what must be done is a state of a row."""

from celery import shared_task

from streams import finalise as after_call
from streams import sweeper, texts


@shared_task
def finalise(call_pk: int) -> None:
    """Make or mend the record of one call."""
    after_call.finalise(call_pk)


@shared_task
def send_text(text_pk: int) -> None:
    """Send one text message, if it still waits."""
    texts.send(text_pk)


@shared_task
def sweep() -> None:
    """Close what never ended, and do again what was left undone."""
    sweeper.sweep()
