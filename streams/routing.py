"""WebSocket addresses. Whatever is none of them is closed at once, without a traceback."""

from collections.abc import Mapping
from typing import Any

from channels.consumer import AsyncConsumer
from django.urls import path, re_path

from streams.consumer import CallConsumer
from streams.desk.consumer import DeskConsumer
from streams.desk.ear import EarConsumer
from streams.limits import Close
from streams.listening.consumer import ListeningConsumer


class NobodyHome(AsyncConsumer):
    """Whatever knocks at an address that is none."""

    async def websocket_connect(self, message: Mapping[str, Any]) -> None:
        """Refuse the handshake."""
        await self.send({"type": "websocket.close", "code": Close.NO_SUCH_LINE})


websocket_urlpatterns = [
    path("stream/<str:token>/", CallConsumer.as_asgi()),
    path("listen/<str:token>/", ListeningConsumer.as_asgi()),
    path("desk/", DeskConsumer.as_asgi()),
    path("desk/listen/<int:call_pk>/", EarConsumer.as_asgi()),
    re_path(r"", NobodyHome.as_asgi()),
]
