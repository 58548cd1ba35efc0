import asyncio
import urllib.request

import pytest
from aiohttp import web
from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent

from tests.standins.frames import WrongFrame, check_event, variants
from tests.standins.server import serving, serving_beside

CLIENT, SERVER = variants(RealtimeClientEvent), variants(RealtimeServerEvent)


def update(**session):
    return {"type": "session.update", "session": {"type": "realtime", **session}}


def test_every_event_of_the_vendor_is_known():
    assert {"session.update", "response.create", "conversation.item.truncate"} <= set(CLIENT)
    assert {"error", "response.done", "session.updated"} <= set(SERVER)


def test_a_right_frame_passes():
    check_event(CLIENT, update(audio={"input": {"format": {"type": "audio/pcmu"}}}))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (update(modalities=["audio"]), "session.modalities"),
        (update(audio={"input": {"turn_detection": {"type": "server_vad", "silence_ms": 500}}}), "silence_ms"),
        ({"type": "response.creat"}, "no event of type"),
        ({"type": "conversation.item.truncate", "item_id": "i"}, "audio_end_ms"),
    ],
)
def test_what_the_vendors_types_do_not_know_is_found(frame, said):
    with pytest.raises(WrongFrame, match=said):
        check_event(CLIENT, frame)


def test_fields_that_the_service_is_known_to_add_may_be_allowed():
    frame = {
        "type": "response.output_audio.delta",
        "event_id": "e",
        "response_id": "r",
        "item_id": "i",
        "output_index": 0,
        "content_index": 0,
        "delta": "",
        "obfuscation": "xx",
    }
    check_event(SERVER, frame, allowed=["obfuscation"])
    with pytest.raises(WrongFrame, match="obfuscation"):
        check_event(SERVER, frame)


class Hello:
    def routes(self):
        return [web.get("/hello", self.hello)]

    async def hello(self, request):
        return web.Response(text="hello")


def read(address):
    with urllib.request.urlopen(f"{address}/hello", timeout=5) as answer:
        return answer.read()


def test_a_part_is_served_beside_a_test_that_is_not_asynchronous():
    with serving_beside(Hello()) as address:
        assert read(address) == b"hello"


async def test_a_part_is_served_in_the_loop_of_the_test():
    async with serving(Hello()) as address:
        assert await asyncio.to_thread(read, address) == b"hello"
