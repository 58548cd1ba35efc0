"""The other end of `RealtimeTurns`, for its tests: events written by hand, and a server that keeps the rules."""

import base64
import json
from collections import deque

from flows.engine.commands import AgentOutcome, AgentTool, ToolSlot
from streams.ai.openai.client import OpenAIAccount, provider_error
from streams.ai.provider import AgentAudio, AgentBrief
from streams.ai.realtime import frames
from streams.ai.realtime.events import receive
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.turns import RealtimeTurns

LOOK_UP = AgentTool(name="look_up", purpose="Look something up.", slots=(ToolSlot(name="what"),))
BRIEF = AgentBrief(
    greeting="Good day.",
    outcomes=(AgentOutcome(name="person", label="a person is wanted"), AgentOutcome(name="could-not-help")),
    tools=(LOOK_UP,),
)
OPTIONS = RealtimeOptions(model="gpt-realtime-x", transcription_model="gpt-transcribe-x")
WHAT = '{"what": "opening hours"}'


def fail(fault, code=""):
    return provider_error(OpenAIAccount(key="sk-secret"), fault, code, model=OPTIONS.model)


class Wire:
    """A conversation, its clock, and events that are written by hand."""

    def __init__(self, brief=BRIEF, options=OPTIONS):
        self.turns = RealtimeTurns(brief, options, fail, engine="openai_realtime")
        self.now = 1000.0

    def begin(self):
        """Have a session set up; gives what was sent once it was ready."""
        self.turns.open(self.now)
        self.gets("session.created", session={})
        self.sent()
        self.gets("session.updated", session={})
        return self.sent()

    def gets(self, kind, **fields):
        receive(self.turns, frames.read(json.dumps({"type": kind, "event_id": "event_1", **fields})), self.now)

    def created(self, response="r1"):
        self.gets("response.created", response={"id": response, "status": "in_progress", "output": []})

    def sounds(self, ms, response="r1", item="i1", words=""):
        delta = base64.b64encode(b"\x55" * ms * 8).decode()
        self.gets("response.output_audio.delta", response_id=response, item_id=item, content_index=0, delta=delta)
        if words:
            self.gets("response.output_audio_transcript.delta", response_id=response, item_id=item, delta=words)

    def calls(self, name, arguments, call_id="c1", response="r1"):
        item = {"id": f"fc-{call_id}", "type": "function_call", "call_id": call_id, "name": name}
        self.gets("response.output_item.added", response_id=response, item=item)
        self.gets("response.function_call_arguments.done", response_id=response, call_id=call_id, arguments=arguments)

    def done(self, response="r1", status="completed", **fields):
        self.gets("response.done", response={"id": response, "status": status, **fields})

    def error(self, code, event_id=None, **fields):
        self.gets("error", error={"type": "invalid_request_error", "code": code, "event_id": event_id, **fields})

    def speaks(self, response="r1", words="Good day.", ms=400, item=None):
        """A whole turn of the agent's."""
        self.created(response)
        self.sounds(ms, response, item or f"item-{response}", words)
        self.done(response)

    def caller(self, item, words=None):
        """A whole turn of the caller's."""
        self.gets("input_audio_buffer.speech_started", audio_start_ms=0, item_id=item)
        self.gets("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id=item)
        self.gets("input_audio_buffer.committed", item_id=item)
        if words is not None:
            self.written(item, words)

    def written(self, item, words, **fields):
        kind = "conversation.item.input_audio_transcription.completed"
        self.gets(kind, item_id=item, content_index=0, transcript=words, **fields)

    def later(self, seconds):
        """Let time pass, and every deadline with it."""
        until = self.now + seconds
        while (at := self.turns.wake_at) is not None and at <= until:
            self.now = max(self.now, at)
            self.turns.tick(self.now)
        self.now = until

    def interrupt(self, *heard_ms):
        self.turns.interrupt(*heard_ms)

    def answer(self, call_id, result):
        self.turns.answer_tool(call_id, result, self.now)

    def sent(self):
        found = list(self.turns.sends)
        self.turns.sends.clear()
        return found

    def said(self):
        """What was given out since; sound is left out."""
        found = [saying for saying in self.turns.sayings if not isinstance(saying, AgentAudio)]
        self.turns.sayings.clear()
        return found


class Server:
    """Keeps the rules: one response at a time, a turn of the caller's is answered, speech cancels.

    `events` wait to be delivered: what we do meanwhile crosses them on the way.
    """

    def __init__(self):
        self.events = deque()
        self.active = None
        self.speaking = False
        self.sound_ms = {}  # of each item
        self.corrected = set()
        self.results = {}  # of each call
        self.usage = 0
        self.unwritten = deque()
        self._count = 0

    def name(self, prefix):
        self._count += 1
        return f"{prefix}{self._count}"

    def tell(self, kind, **fields):
        self.events.append({"type": kind, "event_id": self.name("event_"), **fields})

    def take(self, event):
        """What we sent."""
        kind, event_id = event["type"], event["event_id"]
        if kind == "session.update":
            self.tell("session.updated", session={})
        elif kind == "response.create" and self.active:
            self._refuse("conversation_already_has_active_response", event_id)
        elif kind == "response.create":
            self.respond()
        elif kind == "response.cancel" and self.active == event["response_id"]:
            self.finish("cancelled")
        elif kind == "response.cancel":
            self._refuse("response_cancel_not_active", event_id)
        elif kind == "conversation.item.create":
            item = event["item"]
            if item["type"] == "function_call_output":
                assert item["call_id"] not in self.results
                self.results[item["call_id"]] = item["output"]
            self.tell("conversation.item.added", item=item)
        elif kind in ("conversation.item.truncate", "conversation.item.delete"):
            assert event["item_id"] not in self.corrected
            self.corrected.add(event["item_id"])
            assert 0 < event.get("audio_end_ms", 1) < self.sound_ms[event["item_id"]] or kind.endswith("delete")

    def _refuse(self, code, event_id):
        self.tell("error", error={"type": "invalid_request_error", "code": code, "event_id": event_id})

    def respond(self):
        self.active = self.name("resp_")
        self.tell("response.created", response={"id": self.active})

    def sound(self, ms, fresh_item):
        if fresh_item or not self._item.startswith(self.active):
            self._item = f"{self.active}-{self.name('item_')}"
            self.sound_ms[self._item] = 0
        self.sound_ms[self._item] += ms
        delta = base64.b64encode(b"\x55" * ms * 8).decode()
        self.tell("response.output_audio.delta", response_id=self.active, item_id=self._item, delta=delta)
        self.tell("response.output_audio_transcript.delta", response_id=self.active, item_id=self._item, delta="word ")

    _item = ""

    def call(self, name, arguments):
        item = {"type": "function_call", "call_id": self.name("call_"), "name": name, "arguments": arguments}
        self.tell("response.output_item.done", response_id=self.active, item=item)

    def finish(self, status="completed"):
        self.usage += 1
        usage = {"output_token_details": {"audio_tokens": 1}}
        self.tell("response.done", response={"id": self.active, "status": status, "usage": usage})
        self.active = None

    def caller_begins(self):
        self.speaking = True
        self.tell("input_audio_buffer.speech_started", item_id="?")
        if self.active:
            self.finish("cancelled")

    def caller_stops(self):
        self.speaking = False
        item = self.name("item_")
        self.tell("input_audio_buffer.speech_stopped", item_id=item)
        self.tell("input_audio_buffer.committed", item_id=item)
        self.unwritten.append(item)
        if not self.active:
            self.respond()

    def write(self):
        kind = "conversation.item.input_audio_transcription.completed"
        self.tell(kind, item_id=self.unwritten.popleft(), transcript="words")
