"""The carrier's addresses, under `/plivo/`."""

from django.urls import path

from streams.webhooks import callback_views, outbound_views, views

app_name = "plivo"
urlpatterns = [
    path("answer/", views.answer, name="answer"),
    path("answer/<int:held>/", views.answer, name="answer"),
    path("continue/<str:token>/", views.continue_call, name="continue"),
    path("continue/<str:token>/<int:held>/", views.continue_call, name="continue"),
    path("hangup/", views.hangup, name="hangup"),
    path("stream-status/", views.stream_status, name="stream-status"),
    path("listen-status/<str:token>/", views.listen_status, name="listen-status"),
    path("dialled/<str:token>/", views.dialled, name="dialled"),
    path("recording/<str:token>/", views.recording, name="recording"),
    path("callback/<slug:token>/", callback_views.answer, name="callback"),
    path("callback/<slug:token>/in/<slug:language>/", callback_views.answer, name="callback"),
    path("callback/<slug:token>/in/<slug:language>/<int:held>/", callback_views.answer, name="callback"),
    path("callback/<slug:token>/key/", callback_views.key, name="callback-key"),
    path("callback/<slug:token>/over/", callback_views.over, name="callback-over"),
    path("callback/<slug:token>/hangup/", callback_views.hangup, name="callback-hangup"),
    path("outbound/<slug:token>/", outbound_views.answer, name="outbound"),
    path("outbound/<slug:token>/in/<slug:language>/", outbound_views.answer, name="outbound"),
    path("outbound/<slug:token>/in/<slug:language>/<int:held>/", outbound_views.answer, name="outbound"),
    path("outbound/<slug:token>/machine/", outbound_views.machine, name="outbound-machine"),
    path("outbound/<slug:token>/hangup/", outbound_views.hangup, name="outbound-hangup"),
    path("fallback/", views.fallback, name="fallback"),
]
