"""Publishing in the background: a draft is checked at once, then a worker makes its prompts and stores the version.

What is to be done is a state of the row `Publication`, so a task may run twice, stop in the middle or never come: the
next one goes on where the last one stopped. One worker is at a publication at a time; it gives signs of life, and when
they stop somebody else may take over.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from flows import drafts, engine, forecasting, linting, publishing, seams, spoken
from flows.engine import snapshot
from flows.models import Flow, Publication, PublicationState
from flows.testcalls import gate

TAKEN_FOR_DEAD = timedelta(seconds=75)  # without a sign; a prompt takes at most 30 s and is tried twice
RUNG_IN_VAIN = timedelta(seconds=20)  # until a publication that nobody took up is rung for again
AT_A_STRETCH = 120.0  # seconds of work before other tasks get their turn
MOST_TAKES = 5  # workers that may die at one and the same prompt

STUCK = (
    "The program that makes the prompts stopped several times at the same one. The line keeps its present version. "
    "Try again, or tell whoever runs this site."
)

log = logging.getLogger(__name__)


class UnderWay(publishing.NotPublishable):
    """Somebody is publishing this flow right now."""

    def __init__(self, publication: Publication) -> None:
        by = publication.by
        who = by.get_full_name() or by.get_username() if by else "Somebody"
        when = drafts.ago(publication.began_at)
        super().__init__(
            sentence=f"{who} began to publish this flow {when}. Wait until that is done; it is shown below."
        )
        self.publication = publication


def under_way(flow_row: Flow) -> Publication | None:
    """The publication of this flow that is not over yet."""
    return flow_row.publications.filter(state=PublicationState.PREPARING).select_related("by", "flow").first()


def begin(flow_row: Flow, *, by: Any, notes: str = "") -> Publication:
    """Check the draft, and let a worker do the rest. With a quick worker it may be over on return.

    Raises `NotPublishable`, and then nothing has begun: with the problems, `Unchanged`, or `UnderWay`.
    """
    flow = publishing.check(flow_row)
    whole, prompts = publishing.Draft(flow).snapshot() or {}, spoken.count(flow)
    done = prompts - sum(len(each.texts) for each in spoken.unmade(flow))
    with _alone(flow_row):
        made = Publication.objects.create(flow=flow_row, snapshot=whole, notes=notes, by=by, prompts=prompts, done=done)
    ring(made)
    return made


def again(publication: Publication) -> None:
    """Go on with one that failed, where it stopped. Raises `NotPublishable` when its draft is not what it was."""
    whole = publishing.Draft(publishing.check(publication.flow)).snapshot()
    if whole != publication.snapshot:
        raise publishing.NotPublishable(sentence="This flow was changed since. Look at the changes, then publish it.")
    failed = Publication.objects.filter(pk=publication.pk, state=PublicationState.FAILED)
    with _alone(publication.flow):
        failed.update(
            state=PublicationState.PREPARING, failed_text="", sentence="", ended_at=None, beat_at=None, takes=0
        )
    ring(publication)


@contextmanager
def _alone(flow_row: Flow) -> Iterator[None]:
    """Only one publication of a flow is under way: within this block, a second one becomes `UnderWay`."""
    if there := under_way(flow_row):
        raise UnderWay(there)
    try:
        with transaction.atomic():
            yield
    except IntegrityError:  # somebody was quicker by a moment
        if there := under_way(flow_row):
            raise UnderWay(there) from None
        raise


def give_up(publication: Publication) -> bool:
    """Stop it; says whether there was something to stop. What was made until now is kept for the next time."""
    found = Publication.objects.filter(pk=publication.pk, state=PublicationState.PREPARING)
    return bool(found.update(state=PublicationState.GIVEN_UP, ended_at=timezone.now()))


def ring(publication: Publication) -> None:
    """Have a worker called."""
    seams.ring_for(publication.pk)


def left_alone(now: datetime) -> QuerySet[Publication]:
    """Those that nobody is at: never taken up, or their worker gives no sign any more."""
    waiting = Q(beat_at=None, began_at__lt=now - RUNG_IN_VAIN) | Q(beat_at__lt=now - TAKEN_FOR_DEAD)
    return Publication.objects.filter(waiting, state=PublicationState.PREPARING)


def carry_on(pk: int) -> bool:
    """What a worker does: make what is missing, then store the version. False when there is more to do: ring again.

    May run any number of times, at once or one after the other.
    """
    work = _take(pk)
    return work.carry_on() if work else True


def _take(pk: int) -> "_Work | None":
    """Take a publication up, unless it is over or somebody is at it."""
    now, worker = timezone.now(), uuid.uuid4().hex
    free = Q(beat_at=None) | Q(beat_at__lt=now - TAKEN_FOR_DEAD)
    found = Publication.objects.filter(free, pk=pk, state=PublicationState.PREPARING)
    if not found.update(worker=worker, beat_at=now, takes=F("takes") + 1):
        return None
    return _Work(Publication.objects.select_related("flow", "by").get(pk=pk), worker)


class _Work:
    """One worker's time at one publication."""

    def __init__(self, row: Publication, worker: str) -> None:
        self.row, self.worker = row, worker
        self.flow: engine.Flow = snapshot.load(row.snapshot)
        self.until = time.monotonic() + AT_A_STRETCH

    def carry_on(self) -> bool:
        unmade = spoken.unmade(self.flow)
        left = [text for each in unmade for text in each.texts]
        self._note(done=self.row.prompts - len(left))
        if self.row.takes > MOST_TAKES:
            self._fail(STUCK, left[0] if left else "")
            return True
        try:
            for each in spoken.render(unmade):
                left.remove(each.text)
                if not self._made(each):
                    return True  # it was given up, or somebody else took over
                if left and time.monotonic() > self.until:
                    return not self._note(beat_at=None)
        except Exception as error:  # whatever a voice engine raises: the publisher must learn of it, in words
            log.warning("Prompts of %s could not be rendered.", self.flow.name, exc_info=True)
            self._fail(publishing.not_ready(error, len(left)), left[0] if left else "")
        else:
            self._finish()
        return True

    def _made(self, each: seams.Rendered) -> bool:
        """Show that one more prompt is ready. False when this worker has nothing more to say here."""
        row, now = self.row, timezone.now()
        if each.is_new:
            row.rendered += 1
            row.spent_ms += int((now - (row.beat_at or now)).total_seconds() * 1000)
            row.used = spoken.summed([*row.used, *each.used])
        row.beat_at = now
        return self._note(
            done=row.done + 1, rendered=row.rendered, spent_ms=row.spent_ms, used=row.used, beat_at=now, takes=0
        )

    def _finish(self) -> None:
        report = publishing.report_on(self.flow, rendered=self.row.rendered, used=self.row.used)
        report |= gate.report(self.row.flow, self.flow) | linting.report(self.row.flow, self.flow)
        report |= forecasting.report(self.row.flow, self.flow)
        try:
            with transaction.atomic():
                if not self._note(state=PublicationState.PUBLISHED, ended_at=timezone.now()):
                    return
                version = publishing.store(
                    self.row.flow, self.row.snapshot, report=report, by=self.row.by, notes=self.row.notes
                )
                Publication.objects.filter(pk=self.row.pk).update(version=version)
        except publishing.NotPublishable as error:
            self._fail(error.sentence)

    def _fail(self, sentence: str, text: str = "") -> None:
        self._note(state=PublicationState.FAILED, sentence=sentence[:600], failed_text=text, ended_at=timezone.now())

    def _note(self, **values: Any) -> bool:
        """Store these values, unless the publication is over or another worker's."""
        mine = Publication.objects.filter(pk=self.row.pk, worker=self.worker, state=PublicationState.PREPARING)
        for name, given in values.items():
            setattr(self.row, name, given)
        return bool(mine.update(**values))
