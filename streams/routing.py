"""WebSocket addresses. Whatever is not a stream is closed at once, without a traceback."""

from django.urls import path, re_path

from streams.consumer import CallConsumer, NobodyHome

websocket_urlpatterns = [
    path("stream/<str:token>/", CallConsumer.as_asgi()),
    re_path(r"", NobodyHome.as_asgi()),
]
