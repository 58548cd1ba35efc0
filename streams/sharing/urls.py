"""The address of calls that were shared, under `/shared/`."""

from django.urls import path

from streams.sharing.pages import shared_call

app_name = "shared"
urlpatterns = [path("<str:token>/", shared_call, name="call")]
