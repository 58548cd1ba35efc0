"""The Celery app. Its broker is a doorbell: tasks may run twice or not at all, and the sweeper makes up for it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")

app = Celery("callwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
