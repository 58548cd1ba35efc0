"""The observer of a live stream: the site's cues and judge, the call's log, and the desk."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Q

from streams import words_kept
from streams.desk import telling
from streams.event_log import Entry, writer
from streams.listening import marks, readers
from streams.listening.cues import Watched
from streams.listening.judging import Heard
from streams.listening.observer import Observer, Watch, heard_in
from streams.listening.voice import Clock
from streams.models import Call, CallEvent, Cue
from streams.off_loop import query


class Onlooker:
    """Looks at each line of one stream's log. `stream` is the name of one beside a conversation, "" for others."""

    def __init__(self, call_pk: int, clock: Clock, *, stream: str = "") -> None:
        self._call_pk, self._about = call_pk, {"stream": stream} if stream else {}
        self._observer = Observer(partial(query, watch_of, call_pk), self._note, clock=clock)
        self.finish, self.close = self._observer.finish, self._observer.close

    def line(self, entry: Entry) -> None:
        """A line that was just logged; costs a look into a table where it holds no words. Never blocks."""
        heard = heard_in(entry.kind, entry.at, entry.step, entry.data)
        if heard is not None:
            self._observer.hear(heard)

    def _note(self, kind: str, heard: Heard, data: Mapping[str, Any]) -> None:
        about = data if kind == "used" else {**data, **self._about}
        entry = Entry(at=heard.at, kind=kind, step=heard.step, data=about)
        writer.line(self._call_pk, entry)
        telling.line(self._call_pk, entry)
        if kind == "cue":
            writer.order(self._call_pk, partial(marks.keep, self._call_pk))


def watch_of(call_pk: int) -> Watch:
    """What is watched on this call. No model reads the words of a call that keeps none."""
    call = Call.objects.select_related("version", "rehearsal").get(pk=call_pk)
    judge = readers.mood_judge() if words_kept.may_keep_of(call) else None
    return Watch(
        cues=tuple(watched(cue) for cue in cues_of(call.version.flow_id if call.version else None)),
        judge=judge,
        judgements=max(0, readers.most_judgements() - _judgements(call_pk)) if judge else 0,
        language=str(call.state.get("language") or (call.snapshot or {}).get("language") or ""),
    )


def _judgements(call_pk: int) -> int:
    """How often a model judged this call on its streams so far: what one judgement used is logged at one moment."""
    used = CallEvent.objects.filter(call=call_pk, kind="used", data__for="mood")
    return used.order_by().values("at").distinct().count()


def cues_of(flow_pk: int | None) -> list[Cue]:
    """The cues that are on for this flow."""
    return list(Cue.objects.filter(Q(flows=None) | Q(flows=flow_pk), is_on=True).distinct())


def watched(cue: Cue) -> Watched:
    """A row as it is looked for."""
    return Watched(
        key=cue.key,
        name=cue.name,
        phrases=tuple(cue.phrases),
        intent=cue.intent,
        who=cue.who,
        alerts=cue.alerts,
        when_denied=cue.when_denied,
    )
