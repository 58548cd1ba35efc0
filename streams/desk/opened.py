"""A call that somebody at the desk looks into: its story as it grows, told line by line and held against the log.

News comes first and is quick; the log is whole and right. A line that was told stands until the log shows it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows import diagram
from flows.engine.machine import Flow
from flows.engine.snapshot import readable
from streams import words_kept
from streams.desk.live import names_of
from streams.desk.telling import TOLD
from streams.desk.watchers import Watcher
from streams.listening import consent
from streams.models import Call, CallEvent
from streams.reports.names import Names
from streams.reports.outcome import Line
from streams.reports.overheard import is_news
from streams.reports.timeline import Row, timeline
from streams.reports.words import clock
from streams.sharing.hiding import KEY, HiddenLine, Hiding, hiding

MOVES = ("answered", "entered", "left")  # the lines of a log that move a call on the map
WORDS_HIDDEN = "words hidden"
MAY_NOT_READ = "You may not read what is said. Whoever manages people can let you: “Can read what was said”."
NOT_KEPT = "What is said on this call is not shown: its flow keeps no words, or the caller has not agreed to it."
NO_TEST = "This is a test call: nothing of a talk on it comes to us."
INTERIM = "interim"
STILL = 50  # lines that may yet be told otherwise: how a prompt went comes a little after it
BLOCK = 100  # lines that are put into words once
WITHHELD = {"key": {"digit": KEY}}  # what stands for that which news leaves out


@dataclass(frozen=True, slots=True)
class Looked:
    """What the database tells of a call: the lines of its log after those that were known, with their numbers hidden.

    `raw` is the whole log, `hide` how its texts are shown. Sentences or "": `why_no_words`, and `why_unheard`, why
    nobody may begin to listen while people talk on it.
    """

    lines: list[HiddenLine]
    raw: list[CallEvent]
    hide: Hiding
    why_no_words: str
    why_unheard: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The call itself: what its steps are called, and its map; None where its version cannot be drawn any more."""

    names: Names
    drawing: Mapping[str, Any] | None


def carried(call_pk: int) -> Carried | None:
    """What carries this call. Sync. None: no such call."""
    call = Call.objects.select_related("version", "rehearsal").filter(pk=call_pk).first()
    if call is None:
        return None
    flow: Flow | None = readable(call.snapshot)
    return Carried(names_of(call), diagram.drawing(flow) if flow else None)


def look(call_pk: int, watcher: Watcher, before: Sequence[CallEvent]) -> Looked | None:
    """What the log tells now, after the lines `before`, which were read earlier. Sync. None: the call was deleted."""
    call = Call.objects.select_related("version", "rehearsal").filter(pk=call_pk).first()
    if call is None:
        return None
    known = before[-1].seq if before else 0
    new = list(call.events.filter(seq__gt=known))
    raw = [*before, *new]
    hide = hiding(raw, shows=False)
    unasked = {line.pk for line in words_kept.unasked(raw)}
    kept = words_kept.may_keep(call.snapshot, raw)
    why = MAY_NOT_READ if not watcher.words else "" if kept else NOT_KEPT
    shown = hide.lines(line for line in new if line.pk not in unasked)
    unheard = NO_TEST if call.rehearsal_id else consent.why_not(call)
    return Looked([_hidden(line) for line in shown], raw, hide, why, unheard)


def _hidden(line: Line) -> HiddenLine:
    return HiddenLine(line.at, line.kind, line.step, line.data)


class Opened:
    """The story of one call for one person, and what of it was sent already."""

    def __init__(self, call_pk: int, carried: Carried, looked: Looked) -> None:
        self.call_pk, self.carried = call_pk, carried
        self.raw: list[CallEvent] = []
        self.why_no_words = self.why_unheard = ""
        self._hide = looked.hide
        self._logged: list[HiddenLine] = []
        self._ahead: list[HiddenLine] = []  # told, and not in the log yet
        self._told: list[Row] = []  # the beginning of a long story, up to the line `_told_until`
        self._told_until: HiddenLine | None = None
        self._sent: list[dict[str, Any]] = []
        self._moved = 0
        self._whys: tuple[str, str] | None = None  # as they were sent
        self.take_log(looked)

    def take_log(self, looked: Looked) -> None:
        """What the log shows now."""
        self.raw, self._hide = looked.raw, looked.hide
        self.why_no_words, self.why_unheard = looked.why_no_words, looked.why_unheard
        self._logged += looked.lines
        shown = Counter(map(_key, looked.lines))
        ahead, self._ahead = self._ahead, []
        for line in ahead:
            if shown[_key(line)] > 0:
                shown[_key(line)] -= 1
            else:
                self._ahead.append(line)

    def take_news(self, told: Mapping[str, Any]) -> bool:
        """A piece of news of this call; whether it is a line of its story."""
        if told.get("kind") not in TOLD or (told["kind"] in consent.OVERHEARD and not self._may_overhear):
            return False
        data = {name: told[name] for name in TOLD[told["kind"]] if name in told} | WITHHELD.get(told["kind"], {})
        line = HiddenLine(float(told.get("at", 0.0)), str(told["kind"]), str(told.get("step", "")), data)
        if any(_key(line) == _key(known) for known in self._logged[-50:]):
            return False
        self._ahead += map(_hidden, self._hide_ahead.lines([line]))
        return True

    @property
    def _may_overhear(self) -> bool:
        """Whether the log tells that the caller agreed to be listened to: words that come earlier wait for it."""
        told = next((line.kind for line in reversed(self.raw) if line.kind in consent.KINDS), "")
        return told in consent.HELD

    @property
    def _hide_ahead(self) -> Hiding:
        """How words are shown that the log does not tell yet: whether a secret was asked for is not known of them."""
        return replace(self._hide, keeps=False)

    def interim(self, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """Words that are not final yet, as they may be shown; None where no words may."""
        if self.why_no_words or not self._may_overhear:
            return None
        return {"who": str(told.get("who", "")), "text": self._hide_ahead.text(str(told.get("text", "")))}

    def whole(self) -> dict[str, Any]:
        """All of it, for a page that has nothing yet."""
        self._sent, self._moved = self._rows(), 0
        return {"rows": self._sent, "moves": self._moves(), "drawing": self.carried.drawing, **self._whys_now()}

    def changes(self) -> dict[str, Any] | None:
        """What is not sent yet: `rows` in place of those from `from` on, and moves. None when there is nothing."""
        rows, sent = self._rows(), self._sent
        same = next((n for n, (new, old) in enumerate(zip(rows, sent, strict=False)) if new != old), None)
        first = min(len(rows), len(sent)) if same is None else same
        moves = self._moves()
        if first == len(rows) == len(sent) and not moves and self._whys == (self.why_no_words, self.why_unheard):
            return None
        self._sent = rows
        return {"from": first, "rows": rows[first:], "moves": moves, **self._whys_now()}

    def _whys_now(self) -> dict[str, str]:
        self._whys = (self.why_no_words, self.why_unheard)
        return {"why_no_words": self.why_no_words, "why_unheard": self.why_unheard}

    def _lines(self) -> list[HiddenLine]:
        """In order of time; a mood that is what it was is said once."""
        moods: dict[str, str] = {}
        lines = sorted([*self._logged, *self._ahead], key=lambda line: line.at)
        return [line for line in lines if line.kind != "mood" or is_news(line, moods)]

    def _rows(self) -> list[dict[str, Any]]:
        """A long story is told anew from where it may still change; this runs on the loop that carries audio."""
        lines = self._lines()
        first = max(len(lines) - STILL, 0) // BLOCK * BLOCK
        if first and self._told_until is not lines[first - 1]:
            self._told, self._told_until = self._in_words(lines[:first]), lines[first - 1]
        told = [*(self._told if first else []), *self._in_words(lines[first:], before=lines[:first])]
        return [self._row(row) for row in told]

    def _in_words(self, lines: Sequence[HiddenLine], before: Sequence[HiddenLine] = ()) -> list[Row]:
        """These lines as rows; of those `before` them only which assistant talks is of interest."""
        agent = [line for line in before if line.kind == "agent_started"][-1:]
        rows = timeline([*agent, *lines], self.carried.names)
        return rows[len(agent) :] if agent else rows

    def _row(self, row: Row) -> dict[str, Any]:
        hidden = bool(self.why_no_words) and row.secret
        return {
            "at": clock(row.at),
            "side": row.side,
            "who": row.who,
            "text": WORDS_HIDDEN if hidden else row.what,
            "note": row.note,
        }

    def _moves(self) -> list[dict[str, Any]]:
        """Those that were not given before."""
        moves = [line for line in self._lines() if line.kind in MOVES]
        new, self._moved = moves[self._moved :], len(moves)
        return [
            {"kind": line.kind, "step": line.step, "name": self.carried.names.step(line.step),
             "outcome": str(line.data.get("outcome", ""))}
            for line in new
        ]  # fmt: skip


def _key(line: Line) -> tuple[float, str, str]:
    """What tells a line of one call from another."""
    return round(line.at, 3), line.kind, line.step
