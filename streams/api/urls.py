"""The API's addresses, under `/api/`."""

from django.urls import path

from streams.api import calls, charges, reports
from streams.api.docs import docs
from streams.api.door import api

api.add_router("/calls", calls.router)
api.add_router("/charges", charges.router)
api.add_router("/reports", reports.router)

urlpatterns = [path("docs/", docs, name="api_docs"), path("", api.urls)]
