"""The Celery app. Its broker is a doorbell: tasks may run twice or not at all, and the sweeper makes up for it."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import worker_init

from ivrsite import folder_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")

folder_broker.register()
app = Celery("callwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# How long a thread may compute before another gets its turn. A transaction gives its turn away with each statement; the
# usual 5 ms, for each of its statements, is how long it would hold its locks for nothing while another task computes.
TURN_SECONDS = 0.0002


@worker_init.connect
def take_short_turns(**_: Any) -> None:
    """The threads of a worker let those with a transaction go on soon."""
    sys.setswitchinterval(TURN_SECONDS)
