import json

import httpx2
import pytest

from streams.carriers import at_hand, plivo_api
from tests.streams.carriers.plivo_side import SETTINGS


class Door:
    """Plivo's REST interface for streams; `answers` is what each request gets, an exception or a response."""

    def __init__(self):
        self.requests, self.answers = [], []

    def account(self, auth_id, token):
        return plivo_api.Account(auth_id, token, transport=httpx2.MockTransport(self._handle))

    def _handle(self, request):
        body = json.loads(request.content) if request.content else {}
        self.requests.append((request.method, request.url.path.partition("/Call/")[2], body))
        answer = self.answers.pop(0) if self.answers else httpx2.Response(202, json={"stream_id": "s-1"})
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def door(monkeypatch, settings):
    for name, value in {**SETTINGS, "PLIVO_AUTH_ID": "MA" + "X" * 18}.items():
        setattr(settings, name, value)
    made = Door()
    monkeypatch.setattr(at_hand, "Account", made.account)
    return made
