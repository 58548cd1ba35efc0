"""The carrier's addresses, under `/plivo/`."""

from django.urls import path

from streams.webhooks import views

app_name = "plivo"
urlpatterns = [
    path("answer/", views.answer, name="answer"),
    path("continue/<str:token>/", views.continue_call, name="continue"),
    path("hangup/", views.hangup, name="hangup"),
    path("stream-status/", views.stream_status, name="stream-status"),
    path("recording/<str:token>/", views.recording, name="recording"),
    path("fallback/", views.fallback, name="fallback"),
]
