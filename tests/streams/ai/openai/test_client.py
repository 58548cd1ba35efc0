"""What OpenAI's package raises, in our words: the fault decides what operations do, the class whether we try again."""

import asyncio

import httpx2
import openai
import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response

from streams.ai.openai.client import OpenAIAccount, OpenAIClients, told
from streams.ai.provider import (
    Fault,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
)

KEY = "sk-very-secret"
ACCOUNT = OpenAIAccount(key=KEY)
REQUEST = httpx2.Request("POST", "https://openai.test/v1/responses")


def status(code, error_code=None):
    response = httpx2.Response(code, request=REQUEST)
    body = {"message": f"key {KEY} said “my card is 4111”", "code": error_code, "type": "t", "param": None}
    return openai.OpenAI(api_key=KEY)._make_status_error("message", body=body, response=response)


def handshake(code):
    return InvalidStatus(Response(code, "", Headers()))


def closed(code, reason=""):
    return ConnectionClosedError(Close(code, reason), None)


@pytest.mark.parametrize(
    ("raised", "kind", "fault"),
    [
        (status(401, "invalid_api_key"), ProviderRefused, Fault.KEY),
        (status(404, "model_not_found"), ProviderRefused, Fault.MODEL),
        (status(429, "insufficient_quota"), ProviderRefused, Fault.QUOTA),
        (status(429, "rate_limit_exceeded"), ProviderBusy, Fault.BUSY),
        (status(429), ProviderBusy, Fault.BUSY),
        (status(400, "unknown_parameter"), ProviderRefused, Fault.REFUSED),
        (status(503), ProviderUnavailable, Fault.BROKE),
        (openai.APITimeoutError(request=REQUEST), ProviderTimedOut, Fault.SLOW),
        (openai.APIConnectionError(request=REQUEST), ProviderUnavailable, Fault.UNREACHABLE),
        (httpx2.ReadError("x"), ProviderUnavailable, Fault.UNREACHABLE),
        (ConnectionRefusedError(), ProviderUnavailable, Fault.UNREACHABLE),
        (TimeoutError(), ProviderTimedOut, Fault.SLOW),
        (handshake(401), ProviderRefused, Fault.KEY),
        (handshake(429), ProviderBusy, Fault.BUSY),
        (handshake(503), ProviderUnavailable, Fault.BROKE),
        (closed(3000, "invalid_request_error.invalid_api_key"), ProviderRefused, Fault.KEY),
        (closed(4004, "invalid_request_error.model_not_found"), ProviderRefused, Fault.MODEL),
        (closed(1011, "keepalive ping timeout"), ProviderUnavailable, Fault.UNREACHABLE),
        (ConnectionClosedOK(None, None), ProviderUnavailable, Fault.UNREACHABLE),
        (openai.OpenAIError("x"), ProviderRefused, Fault.REFUSED),
    ],
)
def test_each_failure_has_its_class_its_fault_and_a_sentence_without_secrets(raised, kind, fault):
    with pytest.raises(ProviderError) as caught, told(ACCOUNT, "gpt-x"):
        raise raised
    assert type(caught.value) is kind
    assert caught.value.fault is fault
    assert str(caught.value).startswith("OpenAI ")
    assert str(caught.value).endswith(".")
    assert KEY not in str(caught.value)
    assert "4111" not in str(caught.value)


def test_our_own_mistakes_pass_through():
    with pytest.raises(KeyError), told(ACCOUNT):
        raise KeyError("ours")


@pytest.mark.parametrize(
    ("account", "around"),
    [
        (OpenAIAccount(key=KEY), False),
        (OpenAIAccount(base_url="https://gpu.example/v1"), False),
        (OpenAIAccount(base_url="http://127.0.0.1:9/v1"), True),
        (OpenAIAccount(base_url="https://gpu.example/v1", websocket_base_url="ws://localhost:9/v1"), True),
    ],
)
async def test_a_proxy_of_the_environment_is_used_unless_the_server_is_on_this_machine(account, around, monkeypatch):
    asked = {}

    class Manager:
        async def enter(self):
            raise ConnectionRefusedError

    def connect(**arguments):
        asked.update(arguments["websocket_connection_options"])
        return Manager()

    clients = OpenAIClients(account)
    monkeypatch.setattr(type(clients.here().realtime), "connect", lambda self, **arguments: connect(**arguments))
    with pytest.raises(ProviderUnavailable):
        async with clients.realtime(model="m"):
            pass
    assert ("proxy" in asked) is around
    await clients.close_here()


def test_each_event_loop_has_a_client_of_its_own():
    clients = OpenAIClients(OpenAIAccount(base_url="http://127.0.0.1:9/v1"))

    async def twice():
        return clients.here(), clients.here()

    one, same = asyncio.run(twice())
    other, _ = asyncio.run(twice())
    assert one is same
    assert other is not one
    assert (one.max_retries, clients.blocking.max_retries) == (0, 2)
