"""From a call's stored facts to its record: charges, outcome, transcript, summary.

Every part is a function of what is stored and writes only what differs, under the lock of the call's row. So it may
be run any number of times, by several workers at once, and again after being killed at any point; a fact that comes
late re-makes what rests on it. Money comes first and depends on nothing else.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Length

from flows.models import PromptAudio
from streams import calls, event_log, orders, words_kept
from streams.ai.provider import ProviderError, Summary, Used
from streams.billing.charges import charge_call
from streams.figures.noting import note_figures
from streams.listening import afterwards, marks
from streams.models import MAX_TRIES, AgentTurn, Call, CallEvent, CallStatus, CallSummary, Gone, Utterance
from streams.reports.names import names_in
from streams.reports.outcome import Story, outcome_of
from streams.reports.transcript import Said, texts_cut_short, transcript

log = logging.getLogger(__name__)

OWN_END_WITHIN = timedelta(seconds=30)  # how long after the hang-up a stream may still tell its own end
SUMMED_UP_WITHIN = timedelta(minutes=5)  # three tries of a minute, and pauses; after that its worker must have died
REFUSALS = (calls.NO_LINE, calls.NO_VERSION)
NO_WORDS = ("words", "caller")  # once these are gone there is nothing left that a record could be made from
NOTHING_SAID = Summary(text="Nothing was said.", intent="", mood="neutral", written_by="Callwright")
NOT_KEPT = Summary(text="What was said is not kept.", intent="", mood="neutral", written_by="Callwright")


def finalise(call_pk: int, *, now: datetime | None = None) -> bool:
    """Bring the record of this call up to date; True when it is whole.

    Raises what a broken part raises, after noting it on the call. A summarizer that fails is noted, not raised.
    """
    began = now or datetime.now(UTC)
    call = Call.objects.select_related("version", "rehearsal").filter(pk=call_pk).first()
    if call is None:
        return False
    if not _is_over(call, began):
        charge_call(call_pk)
        return False
    Call.objects.filter(pk=call_pk).update(finalise_attempts=F("finalise_attempts") + 1)
    try:
        charge_call(call_pk)
        if Gone.objects.filter(call=call_pk, kind__in=NO_WORDS).exists():
            note_figures(call_pk)
            return _finish(call_pk, began, call.finalised_lines, "")
        covered = write_record(call)
        covered += afterwards.find_promises(call_pk)
        note_figures(call_pk)
        summarised = summarise(call, began)
        if summarised is None:
            return False  # whoever writes the summary finishes the record; if they die, the sweeper rings again
        added, problem = summarised
        charge_call(call_pk)  # what the summary used
        note_figures(call_pk)
    except Exception as error:
        _note_failure(call_pk, f"{type(error).__name__}: {error}")
        raise
    return _finish(call_pk, began, covered + added, problem)


def _is_over(call: Call, now: datetime) -> bool:
    """The call ended, and so did its streams. A stream's own end may come a moment after the hang-up, and rings again;
    if it never comes, the sweeper closes the stream."""
    if call.ended_at is None:
        return False
    return now - call.ended_at >= OWN_END_WITHIN or not (
        call.streams.filter(ended_at=None).exists() or _is_being_written_down(call)
    )


def _is_being_written_down(call: Call) -> bool:
    """Whether last words of a conversation may still come: they are later than its stream's end."""
    kinds = [*call.events.filter(kind__in=("listening_began", "listening_ended")).values_list("kind", flat=True)]
    return kinds.count("listening_began") > kinds.count("listening_ended")


def write_record(call: Call) -> int:
    """Outcome and utterances from the call's log; returns the number of the last line they cover."""
    with transaction.atomic():
        locked = Call.objects.select_for_update(no_key=True, of=("self",))
        fresh = locked.select_related("version", "rehearsal").get(pk=call.pk)
        lines = list(fresh.events.all())
        names = names_in(fresh.snapshot)
        refused = fresh.outcome if fresh.outcome in REFUSALS else ""
        story = Story(lines, names, fresh.ended_by, fresh.hangup_cause, refused)
        ending = outcome_of(story)
        if (fresh.outcome, fresh.outcome_kind) != (ending.words[:120], ending.kind):
            Call.objects.filter(pk=call.pk).update(outcome=ending.words[:120], outcome_kind=ending.kind)
        _write_turns(fresh, lines)
        kept = words_kept.may_keep(fresh.snapshot, lines)
        last = lines[-1].seq if lines else 0
        if kept:
            lines = words_kept.scrub_unasked(lines)
        else:
            words_kept.scrub(fresh, lines)
        said = transcript(lines, _seconds_of(texts_cut_short(lines))) if kept else []
        _write_utterances(fresh, said)
        marks.note_words(fresh.pk, lines if kept else [])
        afterwards.note_talk(fresh, said, lines if kept else [])
        return last


def summarise(call: Call, now: datetime) -> tuple[int, str] | None:
    """Have a summary written, unless there is one of this very transcript.

    Returns how many lines it added to the call's log, and what went wrong ("" when nothing did); None when another
    worker has just asked for the same. The engine is asked outside of any transaction: it may take a minute.
    """
    from streams import engines  # speech and AI are loaded by the worker, not by every page that shows a call

    outcome, lines, digest = _material(call.pk)
    if CallSummary.objects.filter(call=call, transcript_digest=digest).exists():
        return 0, ""
    if not _is_first_to_ask(call.pk, digest, now):
        return None
    try:
        summary = engines.summarizer().sum_up(lines, outcome=outcome) if lines else _without_words(call)
    except ProviderError as error:
        with transaction.atomic():
            Call.objects.filter(pk=call.pk, summary_asked_for=digest).update(summary_asked_at=None)
            return _keep_usage(call, error.used), f"The summary could not be written: {error}"
    with transaction.atomic():
        Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        stored = CallSummary.objects.filter(call=call).first()
        if _material(call.pk)[2] == digest and (stored is None or stored.transcript_digest != digest):
            _keep(call, summary, digest)
        return _keep_usage(call, summary.used), ""  # paid for, also when it came too late


def _without_words(call: Call) -> Summary:
    return NOTHING_SAID if words_kept.may_keep_of(call) else NOT_KEPT


def _is_first_to_ask(call_pk: int, digest: str, now: datetime) -> bool:
    """Take the asking upon us: a call's end is told several times within a second, and each summary is paid for."""
    in_vain = Q(summary_asked_at=None) | Q(summary_asked_at__lt=now - SUMMED_UP_WITHIN) | ~Q(summary_asked_for=digest)
    asking = Call.objects.filter(in_vain, pk=call_pk)
    return bool(asking.update(summary_asked_for=digest, summary_asked_at=now))


def _keep(call: Call, summary: Summary, digest: str) -> None:
    CallSummary.objects.update_or_create(
        call=call,
        defaults={
            "text": summary.text,
            "intent": summary.intent[:120],
            "mood": summary.mood[:10],
            "moods": dict(summary.moods),
            "mood_start": summary.mood_start[:10],
            "mood_end": summary.mood_end[:10],
            "topics": list(summary.topics),
            "follow_up": summary.follow_up[:300],
            "written_by": summary.written_by[:80],
            "prompt_version": summary.prompt_version[:20],
            "transcript_digest": digest,
        },
    )
    orders.keep_to_do(call, summary.follow_up[:300])


def _keep_usage(call: Call, used: Sequence[Used]) -> int:
    """What writing a summary used, in the call's log; returns the lines added."""
    at = CallEvent.objects.filter(call=call).aggregate(at=Max("at"))["at"] or 0.0
    lines = [event_log.Entry(at=at, kind="used", data={**one.as_line(), "for": "summary"}) for one in used]
    event_log.append(call.pk, lines)
    return len(lines)


def _material(call_pk: int) -> tuple[str, list[tuple[str, str]], str]:
    """What a summary is made from, and its digest: the outcome, and who said what."""
    outcome = Call.objects.values_list("outcome", flat=True).get(pk=call_pk)
    lines = list(Utterance.objects.filter(call_id=call_pk).order_by("place").values_list("who", "text"))
    whole = json.dumps([outcome, lines], ensure_ascii=False)
    return outcome, lines, hashlib.sha256(whole.encode()).hexdigest()


def _write_utterances(call: Call, said: list[Said]) -> None:
    stored = [Said(u.at, u.who, u.text, u.step) for u in call.utterances.all()]
    if stored == said:
        return
    call.utterances.all().delete()
    Utterance.objects.bulk_create(
        Utterance(call=call, place=place, at=one.at, who=one.who, text=one.text, step=one.step)
        for place, one in enumerate(said)
    )


def _write_turns(call: Call, lines: list[CallEvent]) -> None:
    """How long the caller waited for each answer of an agent."""
    answered = call.answered_at or call.began_at
    said = [line for line in lines if line.kind == "agent_said" and isinstance(line.data.get("latency_ms"), int)]
    turns = [
        (place, str(line.data.get("engine", ""))[:40], answered + timedelta(seconds=line.at), line.data["latency_ms"])
        for place, line in enumerate(said)
    ]
    if list(call.agent_turns.values_list("place", "engine", "at", "latency_ms")) == turns:
        return
    call.agent_turns.all().delete()
    AgentTurn.objects.bulk_create(
        AgentTurn(call=call, place=place, engine=engine, at=at, latency_ms=latency)
        for place, engine, at, latency in turns
    )


def _finish(call_pk: int, began: datetime, covered: int, problem: str) -> bool:
    """Say that the record is whole, or why it is not; after too many tries it is finished as it is."""
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call_pk)
        whole = not problem
        if problem:
            log.warning("Call %s: no summary yet, try %s of %s.", call_pk, call.finalise_attempts, MAX_TRIES)
        call.status = CallStatus.FINISHED if whole or call.finalise_attempts >= MAX_TRIES else CallStatus.ENDED
        call.finalised_at = began
        call.finalised_lines = covered
        call.finalise_error = problem
        call.finalise_attempts = 0 if whole else call.finalise_attempts
        call.save(update_fields=["status", "finalised_at", "finalised_lines", "finalise_error", "finalise_attempts"])
    return whole


def _note_failure(call_pk: int, problem: str) -> None:
    Call.objects.filter(pk=call_pk).update(finalise_error=problem[:500], status=CallStatus.ENDED)


def _seconds_of(texts: set[str]) -> dict[str, float]:
    """How long these prompts last, where they were rendered; one byte is one sample of 1/8000 s."""
    found = PromptAudio.objects.filter(text__in=texts).annotate(size=Length("audio")).values_list("text", "size")
    return {text: size / 8000 for text, size in found}
