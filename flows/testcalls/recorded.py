"""A test call from a call that took place: its log becomes what the caller did, and where that led. Pure.

Digits that were not kept are made up anew, in the same number. The caller's own number is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flows.engine.consenting import BY_NOTICE, BY_SILENCE, OBJECTION_KEY
from flows.engine.machine import Flow
from flows.engine.step import Step
from flows.engine.tools import Lookup
from flows.testcalls import acts as a
from flows.testcalls.acts import Act, Calls, Expectation
from flows.testcalls.language import plain_quotes, write
from flows.testcalls.moments import calls_at
from flows.testcalls.ways import MADE_UP, NOT_SENSIBLE, digits_for

Logged = tuple[float, str, str, Mapping[str, Any]]  # seconds since the answer, kind, step, data

HIDDEN = "•"
LONGEST_SAID = 300  # characters
LONG_NUMBER = re.compile(r"\d{5,}")  # whose it is may show: an account, a phone


def lines_from(events: Iterable[Logged], flow: Flow, *, began: float | None = None) -> str:
    """The lines of a test call from a call's log. `began` is when it was answered, in seconds since the Unix epoch."""
    return write(acts_from(events, flow, began=began))


def acts_from(events: Iterable[Logged], flow: Flow, *, began: float | None = None) -> list[Act]:
    """The same as acts."""
    reader = _Reader(flow)
    for logged in events:
        reader.read(*logged)
    reader.end()
    calls = Calls() if began is None else calls_at(began, flow)
    calls = replace(calls, earlier=reader.earlier)
    return [*([] if calls == Calls() else [calls]), *reader.acts]


class _Reader:
    """Reads a log from its beginning. `waiting` is the step whose prompt was heard and that has no answer yet."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.acts: list[Act] = []
        self.keys, self.ahead = "", 0
        self.waiting = self.stands = self.destination = ""
        self.entered_at = 0.0
        self.is_closing = self.hung_up = False
        self.earlier = 0
        self.found: dict[str, Any] = {}

    def read(self, at: float, kind: str, step: str, data: Mapping[str, Any]) -> None:
        """Take in one line of the log."""
        if kind == "key":
            self._key(step, str(data.get("digit", "")))
            return
        if kind not in ("prompt_cut", "prompt_heard", "prompt_unconfirmed"):
            self._typed(step)
        match kind:
            case "answered":
                self.earlier = int(data.get("earlier_calls") or 0)
            case "answer":
                self.found = dict(data.get("answers") or {})
            case "utterance" | "agent_heard":
                self._act(a.Says(_words(data.get("text")) or NOT_SENSIBLE))
            case "understood" if data.get("taken") and data.get("said"):
                self._means(step, str(data["said"]), str(data.get("answer", "")))
            case "agent_said" if data.get("engine") and _words(data.get("text")):
                self._act(a.AISays(_words(data.get("text"))))
            case "agent_finished":
                self._agent_finished(step, str(data.get("outcome", "")))
            case "tool_asked" if data.get("tool") == "put_through" and data.get("verdict") != "refused":
                self._act(a.AIPutsThrough(self._destination(str((data.get("arguments") or {}).get("to", "")))))
            case "transfer":
                self.destination = str(data.get("destination", ""))
            case "transfer_finished":
                self._act(a.Desk(self._destination(self.destination), _result(data.get("result"))))
            case "recording_finished":
                self._act(a.Leaves(int(data.get("seconds") or 0)))
            case "prompt_heard" | "prompt_unconfirmed":
                self.waiting = step
            case "prompt_started":
                self._prompted(step, list(data.get("texts") or ()))
            case "hangup":
                self.hung_up = True
            case "left":
                self._left(at, step, str(data.get("outcome", "")))
            case "entered":
                self._entered(at, step)
            case "consent_given" | "consent_refused" | "consent_unproven":
                self._consent(step, str(data.get("by", "")))

    def end(self) -> None:
        """The log is over: the test expects the call to end where it did, if the log tells of its end."""
        self._typed(self.stands)
        if self.ahead:
            self._act(a.Presses(MADE_UP[: self.ahead]))
        is_told = self.hung_up or not (self.acts and isinstance(self.acts[-1], a.GoesTo))
        if self.stands and is_told:
            self.acts.append(a.EndsAt(self._name(self.stands)))

    def _key(self, step: str, digit: str) -> None:
        found = self.flow.step_at(step)
        if digit == HIDDEN and _is_for_later(found):
            self.ahead += 1  # pressed before it was asked for: what it answers shows when that step is left
        else:
            self.keys += digit

    def _typed(self, step: str) -> None:
        if not self.keys:
            return
        keys, self.keys = self.keys, ""
        if HIDDEN in keys:
            keys = self._made_up(step, len(keys))
        self._act(a.Presses(keys))

    def _made_up(self, step: str, count: int) -> str:
        found = self.flow.step_at(step)
        return digits_for(found, count)[:count] if found else (MADE_UP * count)[:count]

    def _prompted(self, step: str, texts: list[Any]) -> None:
        """A step speaks again to a caller who was to answer: they said nothing. After its closing text it is left."""
        if self.waiting == step and self._asks(step):
            self._act(a.SaysNothing())
        last_words = getattr(self.flow.step_at(step), "no_input_last", "")
        self.is_closing = bool(last_words) and texts == [last_words]

    def _left(self, at: float, step: str, outcome: str) -> None:
        found = self.flow.step_at(step)
        self._looked_up(found, outcome)
        if outcome == "caller-hung-up":
            self._act(a.HangsUp())
        elif self.ahead and not _is_for_later(found):
            is_key = bool(outcome) and not outcome.strip("0123456789*#")
            keys = outcome if is_key else "0" if outcome == "person" else self._made_up(step, self.ahead)
            self.ahead = 0
            self._act(a.Presses(keys))
        elif outcome.startswith("no-input") and self.waiting == step and not self.is_closing:
            self._act(a.SaysNothing())
        elif outcome == "limit" and at - self.entered_at >= (longest := getattr(found, "max_seconds", 0)):
            self._act(a.Waits(float(longest + 10)))

    def _consent(self, step: str, by: str) -> None:
        """Who was told and said nothing agreed. Who never heard the notice cannot be played: they press the key."""
        if by in (BY_NOTICE, BY_SILENCE) and self.waiting == step:
            self._act(a.SaysNothing())
        elif not by:
            self._act(a.Presses(OBJECTION_KEY))

    def _looked_up(self, step: Step | None, outcome: str) -> None:
        """What a lookup of the flow itself found; it is told before the act that led there."""
        asks = getattr(step, "asks", None)
        name = plain_quotes(asks.name) if isinstance(asks, Lookup) else ""
        found, self.found = tuple(_findings(step, self.found)), {}
        acts: dict[str, Act] = {"not-found": a.FindsNothing(name), "failed": a.LookupFails(name)}
        if found:
            acts["found"] = a.Finds(name, found)
        if name and outcome in acts:
            own = [place for place, act in enumerate(self.acts) if not isinstance(act, Expectation)]
            self.acts.insert(own[-1] if own else 0, acts[outcome])

    def _entered(self, at: float, step: str) -> None:
        if self.acts and not isinstance(self.acts[-1], Expectation):
            self.acts.append(a.GoesTo(self._name(step)))
        self.stands, self.waiting, self.entered_at, self.is_closing = step, "", at, False

    def _means(self, step: str, said: str, answer: str) -> None:
        found = self.flow.step_at(step)
        label = next((o.label for o in (found.options if found else ()) if o.outcome == answer), "") or answer
        self._act(a.Means(_words(said), plain_quotes(label)))
        if len(self.acts) > 1:  # it was known before the words came
            self.acts[-2:] = [self.acts[-1], self.acts[-2]]

    def _agent_finished(self, step: str, outcome: str) -> None:
        found = self.flow.step_at(step)
        label = next((o.label for o in (found.outcomes() if found else ()) if o.name == outcome), "")
        self._act(a.AIFails() if outcome == "failed" else a.AIEnds(plain_quotes(label or outcome)))

    def _act(self, act: Act) -> None:
        self.waiting = ""
        self.acts.append(act)

    def _asks(self, step: str) -> bool:
        found = self.flow.step_at(step)
        return found is not None and found.waits and found.kind != "agent"

    def _destination(self, key: str) -> str:
        return plain_quotes(str(self.flow.resources.get("destination", {}).get(key, key)))

    def _name(self, step: str) -> str:
        return plain_quotes(self.flow.name_of(step))


def _is_for_later(step: Step | None) -> bool:
    """Whether a key that the log does not show was pressed here for a later step."""
    return step is None or not step.takes_keys or not (step.is_secret or step.may_show(HIDDEN))


def _findings(step: Step | None, kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was found, by its names in the other system. Long numbers are made up anew, as those that callers type."""
    names = {row.answer: row.found for row in getattr(step, "finds", ())}
    for answer, text in kept.items():
        said = plain_quotes(str(text)).replace(",", " ").replace("=", " ")[:LONGEST_SAID].strip()
        if said and HIDDEN not in said:
            yield names.get(answer, answer), LONG_NUMBER.sub(lambda found: (MADE_UP * 9)[: len(found[0])], said)


def _words(text: Any) -> str:
    words = plain_quotes(str(text or ""))[:LONGEST_SAID].strip()
    return "" if words == HIDDEN else words


def _result(result: Any) -> str:
    return str(result) if result in (a.BUSY, a.NO_ANSWER, a.ANSWERS) else a.UNREACHABLE
