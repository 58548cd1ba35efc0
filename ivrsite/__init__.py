"""The site: settings, addresses, and the processes it runs in."""

from ivrsite.celery import app as celery_app

__all__ = ["celery_app"]
