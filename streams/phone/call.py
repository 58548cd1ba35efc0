"""One call as the carrier carries it: dial, fetch documents, run their verbs, tell everyone when it is over."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from streams.phone import causes, forms
from streams.phone.book import Leg
from streams.phone.callbacks import Account, Callbacks
from streams.phone.causes import CallOver, Cause
from streams.phone.clock import Clock
from streams.phone.documents import Document, Element
from streams.phone.far_end import FarEnd
from streams.phone.forms import Facts, Form
from streams.phone.handset import Handset
from streams.phone.hearing import Knowledge
from streams.phone.line import Line
from streams.phone.profile import Ending, Profile
from streams.phone.record import Moment, Record
from streams.phone.silence import Silence
from streams.phone.stream import Stream
from streams.phone.verbs import VERBS, refusal
from streams.phone.voice import Voice

DOCUMENTS_LIMIT = 200  # a site that redirects in a circle is stopped
Caller = Callable[[Handset], Awaitable[None]]


@dataclass(frozen=True)
class Application:
    """A site's URLs as its owner entered them in the carrier's console. Only the first must be there."""

    answer_url: str
    hangup_url: str = ""
    fallback_url: str = ""

    @classmethod
    def of(cls, site: str) -> "Application":
        """The URLs of this program on the site at `site`, such as `https://ivr.example.com`."""
        base = site.rstrip("/")
        return cls(f"{base}/plivo/answer/", f"{base}/plivo/hangup/", f"{base}/plivo/fallback/")


class PhoneCall:
    """One call, and what its verbs need of it."""

    def __init__(
        self, *, application: Application, account: Account, profile: Profile, facts: Facts, clock: Clock,
        handset: Handset, line: Line, record: Record, callbacks: Callbacks, knowledge: Knowledge,
        far_ends: Mapping[str, FarEnd], voice: Voice,
    ) -> None:  # fmt: skip
        self.application, self.account, self.profile, self.facts = application, account, profile, facts
        self.clock, self.handset, self.line, self.record = clock, handset, line, record
        self.callbacks, self.knowledge, self.far_ends, self.voice = callbacks, knowledge, far_ends, voice
        self.silence = Silence(record.timings, lambda: handset.is_thinking)
        line.listeners.append(self.silence.tick)
        self.ending = ""  # how the call will have ended, in words, once the line hangs up
        self.transfer_url, self.is_led_on = "", asyncio.Event()
        self.streams: list[Stream] = []
        self.if_caller_leaves: list[Callable[[], None]] = []
        self.at_the_end: list[Callable[[], None]] = []
        self.once_answered: list[Callable[[], Coroutine[Any, Any, Any]]] = []
        self._beside: set[asyncio.Task[Any]] = set()
        self._decided: asyncio.Future[Cause] = asyncio.get_running_loop().create_future()

    async def run(self, caller: Caller) -> Cause:
        """The whole call. Raises what the caller raised, after an orderly end."""
        self.note("dials", f"{self.facts.called} from {self.facts.caller}")
        ticking = asyncio.create_task(self.clock.run())
        calling = asyncio.create_task(self._call(caller))
        talking = self.beside(self._talk())
        leaving = self.beside(self.handset.hung_up.wait())
        try:
            await asyncio.wait({talking, leaving, self._decided}, return_when=asyncio.FIRST_COMPLETED)
            if self.profile.loses_end:
                self.callbacks.is_cut_off = True
                self.note("remark", "What the carrier tells of the end is lost.")
            cause = await self._cause(talking)
            await self._finish(cause)
        finally:
            for task in self._beside:
                task.cancel()
            self.line.close()
            self.handset.over(self.record.ending or "the phone broke")
            try:
                await calling
            finally:
                ticking.cancel()
        return cause

    # --- what verbs ask for -----------------------------------------------------------------------------------------

    def note(self, kind: str, text: str = "", data: Mapping[str, object] | None = None) -> None:
        """Keep a moment of the call."""
        self.record.note(Moment(self.clock.now(), kind, text, data or {}))

    def beside(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside the document; it ends with the call at the latest."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        return task

    def decide(self, cause: Cause) -> None:
        """End the call, whatever the document is at."""
        if not self._decided.done():
            self._decided.set_result(cause)

    async def act(self, element: Element, event: str, fields: Form) -> Document | None:
        """Tell an element's `action` how it went; the answer takes the document's place unless `redirect` is false."""
        url, method = element.get("action"), element.get("method", "POST")
        if not url:
            return None
        form = self.form(event) | fields
        if element.says("redirect", True):
            return await self.callbacks.document(url, form, place="action", method=method)
        self.callbacks.notify(url, form, method=method)
        return None

    def form(self, event: str) -> Form:
        """The standard parameters of a message in mid-call."""
        return forms.of_call(self.facts, event=event, status="in-progress")

    async def transfer(self, url: str) -> None:
        """What the carrier's REST transfer does: fetch `url` now, or when the stream's socket is closed."""
        self.transfer_url = url
        self.is_led_on.set()
        if self.profile.transfer == "at once":
            for stream in self.streams:
                await stream.close()

    async def where_led(self) -> Document | None:
        """The document of a transfer that the site asked for meanwhile; None where it asked for none."""
        url, self.transfer_url = self.transfer_url, ""
        self.is_led_on.clear()
        return await self.callbacks.document(url, self.form("Transfer"), place="transfer") if url else None

    # --- the course of the call -------------------------------------------------------------------------------------

    async def _call(self, caller: Caller) -> None:
        try:
            await caller(self.handset)
        finally:
            self.handset.hang_up()

    async def _talk(self) -> Cause:
        application, form = self.application, forms.answer(self.facts)
        if self._decided.done():  # whom the site calls does not pick up
            return self._decided.result()
        try:
            document = await self.callbacks.document(
                application.answer_url, form, place="answer",
                method=self.profile.answer_method, fallback=application.fallback_url,
            )  # fmt: skip
            refused = refusal(document)
            if refused:
                return refused
            self.record.answered_at = self.clock.now()
            self.note("answered")
            self.line.open()
            self.handset.answered()
            for work in self.once_answered:
                self.beside(work())
            await self._perform(document)
        except CallOver as over:
            return over.cause
        return causes.END_OF_DOCUMENT

    async def _perform(self, document: Document) -> None:
        for _ in range(DOCUMENTS_LIMIT):
            following = await self._run(document)
            if following is None:
                return
            document = following
        self.note("violation", f"The site went through {DOCUMENTS_LIMIT} documents; it goes round in a circle.")

    async def _run(self, document: Document) -> Document | None:
        """The verbs of one document; the document that replaces it, if any."""
        for element in document:
            self.note("verb", element.name, {"text": element.text} | element.attributes)
            following = await VERBS[element.name](self, element)
            if following is not None:
                return following
        return None

    async def _cause(self, talking: asyncio.Task[Cause]) -> Cause:
        if talking.done():
            return talking.result()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        return self._decided.result() if self._decided.done() else causes.CALLER

    async def _finish(self, cause: Cause) -> None:
        """Close what is open and tell the site, in the profile's order."""
        self.record.ended_at = self.clock.now()
        self.line.close()
        for tell in self.if_caller_leaves:
            tell()
        for ending in self.profile.end_order:
            await self._end(ending, cause)
            await self.callbacks.settled()
        for tell in self.at_the_end:
            tell()
        await self.callbacks.settled()
        for stream in self.streams:
            await stream.worded()
        by_line = cause in (causes.END_OF_DOCUMENT, causes.HANGUP)
        self.record.ending = self.ending if by_line and self.ending else cause.ending
        self.record.hangup_code = cause.code
        self.record.legs.insert(0, self._leg(cause))
        self.note("ends", self.record.ending, {"code": cause.code})

    def _leg(self, cause: Cause) -> Leg:
        form, record, dialled_at = self.form("Hangup"), self.record, self.facts.dialled_at
        return Leg(
            uuid=self.facts.call_uuid,
            direction=self.profile.direction,
            from_number=form["From"],
            to_number=form["To"],
            began_at=dialled_at,
            answered_at=None if record.answered_at is None else dialled_at + record.answered_at,
            ended_at=dialled_at + (record.ended_at or 0.0),
            code=cause.code,
            name=cause.name,
            source=cause.source,
        )

    async def _end(self, ending: Ending, cause: Cause) -> None:
        match ending:
            case "close":
                for stream in self.streams:
                    await stream.close()
            case "stop_stream":
                for stream in self.streams:
                    stream.tell_stop()
            case "hangup":
                self._tell_hangup(cause)

    def _tell_hangup(self, cause: Cause) -> None:
        application, record = self.application, self.record
        url = application.hangup_url
        if not url and self.profile.direction == "outbound" and self.profile.hangup_on_answer_url:
            url = application.answer_url
        if url:
            dialled_at = self.facts.dialled_at
            form = forms.hangup(
                self.facts,
                cause=cause,
                answered_at=None if record.answered_at is None else dialled_at + record.answered_at,
                ended_at=dialled_at + (record.ended_at or 0.0),
            )
            self.callbacks.notify(url, form)
