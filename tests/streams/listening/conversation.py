"""A call whose caller agreed to be listened to and is being put through, and the carrier's sockets of it."""

import base64
import json
import uuid
from datetime import UTC, datetime

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from flows.engine.events import CallAnswered
from flows.engine.machine import advance
from flows.engine.snapshot import dump_state
from flows.engine.step import State
from flows.models import Destination
from streams.event_log import Entry, append, writer
from streams.listening import ordering
from streams.models import Call, ListenOrder
from streams.off_loop import query
from streams.routing import websocket_urlpatterns
from tests.builders import flow_of
from tests.streams.rows import published, ringing

application = URLRouter(websocket_urlpatterns)
BACK = dict.fromkeys(("completed", "busy", "no-answer", "failed"), "bye")
GIVEN = Entry(at=1.0, kind="consent_given", data={"by": "key"})
TRANSFER = {"do": "transfer", "destination": "desk", "ring_seconds": 20, "listens": True}


def line_with_a_transfer():
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    put = ("transfer", {"destination": "desk", "announcement": ""}, BACK)
    flow = flow_of(put=put, bye=("hang_up", "Goodbye."))
    published(flow)
    return flow


def talking(*told):
    """A call that is put through, after these lines of its log."""
    flow = line_with_a_transfer()
    call, _ = ringing()
    state, _ = advance(flow, State(), CallAnswered(began=1.0))
    Call.objects.update(
        status="live", answered_at=datetime.now(UTC), state=dump_state(state), pending={**TRANSFER, "given": True}
    )
    append(call.pk, told)
    call.refresh_from_db()
    return call


def ordered(*told):
    """The same, with an order to listen; its call, and its token."""
    call = talking(*(told or (GIVEN,)))
    made = ordering.order(call, ListenOrder.How.DIAL, at=datetime.now(UTC))
    return call, ordering.token_of(made.pk, call.call_uuid)


class Socket(WebsocketCommunicator):
    """The carrier's end of a listening stream."""

    def __init__(self, token, headers=()):
        super().__init__(application, f"/listen/{token}/", headers=list(headers))
        self.stream_id = str(uuid.uuid4())

    async def start(self, call):
        start = {"callId": call.call_uuid, "streamId": self.stream_id, "tracks": ["inbound", "outbound"]}
        await self.send_to(text_data=json.dumps({"event": "start", "start": start}))

    async def media(self, track="inbound", audio=b"\x11" * 160):
        media = {"payload": base64.b64encode(audio).decode(), "track": track}
        await self.send_to(text_data=json.dumps({"event": "media", "streamId": self.stream_id, "media": media}))

    async def closes(self):
        """The code it is closed with; whatever else comes first fails the test, for nothing is ever sent."""
        message = await self.receive_output(timeout=6)
        assert message["type"] == "websocket.close", message
        return message["code"]


async def listening(call, token):
    """A socket that is tied to its call."""
    socket = Socket(token)
    connected, _ = await socket.connect()
    assert connected
    await socket.start(call)
    return socket


async def in_rows(work):
    writer.flush()
    return await query(work)
