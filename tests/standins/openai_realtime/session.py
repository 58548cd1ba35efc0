"""One socket: the frames that come are taken one by one, and what answers them goes out in order."""

import json
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.standins.openai_realtime.conversation import Conversation, Counter, Item
from tests.standins.openai_realtime.faults import ABORT, AT_START, NONE, Faults
from tests.standins.openai_realtime.line import Line
from tests.standins.openai_realtime.response import Response
from tests.standins.openai_realtime.settings import begun, hold_values, updated
from tests.standins.openai_realtime.turns import Turns
from tests.standins.openai_realtime.wire import INVALID, Frame, Misuse, Refusal, hold, hold_answer, read

if TYPE_CHECKING:
    from tests.standins.openai_realtime.part import RealtimeStandin

log = logging.getLogger(__name__)

EXPIRED = "Your session hit the maximum duration of 60 minutes."


class Session:
    """What the service keeps for one client."""

    def __init__(
        self, standin: "RealtimeStandin", socket: web.WebSocketResponse, request: web.Request, faults: Faults
    ) -> None:
        self.standin, self.faults = standin, faults
        self._line = Line(socket, request)
        self.start = self._line.start
        self.brain, self.voice, self.pace = standin.brain, standin.voice, standin.pace
        kind = "transcription" if request.query.get("intent") == "transcription" else "realtime"
        expires = int(time.time() + self.faults.lasts)
        self.settings = begun(kind, self.name("sess"), request.query.get("model", ""), expires)
        self.conversation, self.counter = Conversation(), Counter()
        self.conversation_id = self.name("conv")
        self.active: Response | None = None  # in the conversation
        self._running: dict[str, Response] = {}  # those out of band, too
        self.has_spoken = False  # aloud, in any response
        self.turns = Turns(self)
        self._calls: set[str] = set()
        self._taken = 0
        self._dead = False

    # What tests use

    def send(self, kind: str, *, is_poor: bool = False, **fields: Any) -> None:
        """Send an event, from any thread. Raises `WrongFrame` when the package's types do not know it.

        `is_poor`: a field is left out on purpose, as other servers do.
        """
        if self._dead:
            return
        frame = json.loads(json.dumps({"type": kind, "event_id": self.name("event"), **fields}))
        if not is_poor:
            hold_answer(frame)
        self.standin.sent.append(frame)
        self._line.put(json.dumps(frame))

    def send_text(self, text: str) -> None:
        """Send anything, be it nonsense."""
        if not self._dead:
            self._line.put(text)

    def drop(self, code: int = ABORT, reason: str = "") -> None:
        """Close the socket after what was sent before, with this code; or tear the connection."""
        self._line.drop(code, reason)

    def expire(self) -> None:
        """The hour is over."""
        self.send("error", error=Refusal("session_expired", EXPIRED).fields())
        self.drop(1001, EXPIRED)

    # The socket

    async def serve(self, refused: str = "") -> None:
        """Until either end closes. `refused` is a code of AT_START: the socket closes at once, with the reason."""
        self._begin(refused)
        async with aclosing(self._line.messages()) as messages:
            async for message in messages:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
                elif message.type is WSMsgType.BINARY:
                    self._refuse(Misuse("invalid_event", "Binary frames are not supported."), {})

    def name(self, prefix: str) -> str:
        """A new id, such as `item_000012`."""
        return self.standin.name(prefix)

    def _begin(self, refused: str) -> None:
        if refused:
            code, message = AT_START[refused]
            self.send("error", error=Refusal(refused, message).fields())
            self.drop(code, f"{INVALID}.{refused}")
            return
        self._dead = self.faults.dead_after == 0
        self.send("session.created", session=self.settings)
        self._line.later(self.faults.lasts, self.expire)
        if self.faults.drops_at is not None:
            self._line.later(self.faults.drops_at, lambda: self.drop(self.faults.drop_code))

    # What the client sends

    def _take(self, text: str) -> None:
        frame: Frame = {}
        try:
            frame = read(text)
            self.standin.note(frame)
            self._taken += 1
            if self._dead or (self.faults.dead_after is not None and self._taken > self.faults.dead_after):
                self._dead = True
                return
            hold(frame)
            TAKES[frame["type"]](self, frame)
        except Refusal as refusal:
            self._refuse(refusal, frame)

    def _refuse(self, refusal: Refusal, frame: Frame) -> None:
        if isinstance(refusal, Misuse):
            self.standin.wrong.append((frame, str(refusal)))
            log.warning("A client sent what the service does not take: %s", refusal)
        event_id = frame.get("event_id")
        self.send("error", error=refusal.fields(event_id if isinstance(event_id, str) else None))

    def _update(self, frame: Frame) -> None:
        speaking = self.active is not None
        self.settings = updated(self.settings, frame["session"], has_spoken=self.has_spoken, is_speaking=speaking)
        self.send("session.updated", session=self.settings)

    def _create_item(self, frame: Frame) -> None:
        shown = dict(frame["item"])
        if shown["type"] == "function_call_output" and shown["call_id"] not in self._calls:
            said = f"Tool call ID '{shown['call_id']}' not found in conversation."
            raise Misuse("invalid_tool_call_id", said, param="item.call_id")
        item = Item({"id": shown.pop("id", None) or self.name("item"), "status": "completed", **shown})
        self.add(item, frame.get("previous_item_id"))
        self.done(item)

    def _delete_item(self, frame: Frame) -> None:
        self.conversation.items.remove(self.conversation.find(frame["item_id"], "delete"))
        self.send("conversation.item.deleted", item_id=frame["item_id"])

    def _retrieve_item(self, frame: Frame) -> None:
        self.send("conversation.item.retrieved", item=self.conversation.find(frame["item_id"], "retrieve").shown)

    def _truncate_item(self, frame: Frame) -> None:
        if frame["content_index"] != 0:  # “Set this to 0”, say the package's types
            raise Misuse("invalid_value", "Only the first part of an item can be truncated.", param="content_index")
        try:
            self.conversation.truncate(frame["item_id"], frame["audio_end_ms"])
            told = {name: frame[name] for name in ("item_id", "content_index", "audio_end_ms")}
            if self.faults.answers_truncate:
                self.send("conversation.item.truncated", **told)
        except Refusal as refusal:
            self._refuse(refusal, frame)
        self._dead = self._dead or self.faults.mute_after_truncate

    def _create_response(self, frame: Frame) -> None:
        self.respond(frame.get("response"))

    def _cancel_response(self, frame: Frame) -> None:
        named = frame.get("response_id")
        response = self._running.get(named) if named else self.active
        if response is None:
            raise Refusal("response_cancel_not_active", "Cancellation failed: no active response found")
        response.end("cancelled", reason="client_cancelled")

    def _not_here(self, frame: Frame) -> None:
        raise Misuse("invalid_value", "output_audio_buffer.clear is for WebRTC and SIP only.", param="type")

    # What responses and turns use

    def respond(self, given: Frame | None = None) -> None:
        """Begin a response. Raises `Refusal` when one is under way in the conversation."""
        if self.settings["type"] == "transcription":
            raise Misuse("invalid_value", "Responses are not available in a transcription session.", param="type")
        hold_values(given or {}, "response")
        response = Response(self, given)
        if response.in_band:
            if self.active is not None:
                said = f"Conversation already has an active response in progress: {self.active.id}."
                more = "Wait until the response is finished before creating a new one."
                raise Refusal("conversation_already_has_active_response", f"{said} {more}")
            self.active = response
        self._running[response.id] = response
        response.begin()

    def ended(self, response: Response) -> None:
        """A response is over."""
        del self._running[response.id]
        if response is self.active:
            self.active = None
            self.turns.expect_caller(response.audio_ms)

    def add(self, item: Item, after: str | None = None) -> None:
        """Put an item into the conversation and say so."""
        before = self.conversation.add(item, after)
        if item.shown["type"] == "function_call":
            self._calls.add(item.shown["call_id"])
        kind = "conversation.item.created" if self.faults.beta_names else "conversation.item.added"
        self.send(kind, item=item.shown, previous_item_id=before)

    def done(self, item: Item) -> None:
        """Say that an item is whole."""
        if not self.faults.beta_names:
            before = self.conversation.before(item)
            self.send("conversation.item.done", item=item.shown, previous_item_id=before)

    async def understood(self) -> None:
        """Wait until everything that the caller said is understood."""
        await self.turns.understood()

    def faults_of_response(self) -> Faults:
        """What the next response suffers."""
        return self.faults if self.standin.is_response_faulty() else NONE

    def make_noise(self) -> None:
        """What must not disturb a client."""
        self.send_text('{"type": "response.output_audio.delta", "delta": ')
        self.send_text("[]")
        self.send_text(json.dumps({"type": "session.weather", "event_id": "event_x", "outlook": "fine"}))
        benign = Refusal("response_cancel_not_active", "Cancellation failed: no active response found")
        self.send("error", error=benign.fields())


TAKES: dict[str, Callable[[Session, Frame], None]] = {
    "session.update": Session._update,
    "input_audio_buffer.append": lambda session, frame: session.turns.append(frame),
    "input_audio_buffer.commit": lambda session, frame: session.turns.commit_now(),
    "input_audio_buffer.clear": lambda session, frame: session.turns.clear(),
    "conversation.item.create": Session._create_item,
    "conversation.item.delete": Session._delete_item,
    "conversation.item.retrieve": Session._retrieve_item,
    "conversation.item.truncate": Session._truncate_item,
    "response.create": Session._create_response,
    "response.cancel": Session._cancel_response,
    "output_audio_buffer.clear": Session._not_here,
}
