import logging

import pytest

from ivrsite.redaction import Redacted
from tests.deploy.addresses import with_tokens

TOKEN = "5f" * 32


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("Not Found: %s", (f"/stream/{TOKEN}/",), "Not Found: /stream/.../"),
        (f"Not Found: /listen/{TOKEN}/", (), "Not Found: /listen/.../"),
        (f"Forbidden: /plivo/listen-status/7-{TOKEN}/", (), "Forbidden: /plivo/listen-status/.../"),
        (f"Forbidden: /plivo/continue/{TOKEN}/?x=1", (), "Forbidden: /plivo/continue/.../?x=1"),
        (f'"POST /plivo/recording/{TOKEN} HTTP/1.1"', (), '"POST /plivo/recording/... HTTP/1.1"'),
        (f"Forbidden: /plivo/callback/{TOKEN}/key/", (), "Forbidden: /plivo/callback/.../key/"),
        (f"Forbidden: /plivo/outbound/{TOKEN}/machine/", (), "Forbidden: /plivo/outbound/.../machine/"),
        (f"Not Found: /shared/{TOKEN}/", (), "Not Found: /shared/.../"),
        (f"Not Found: /mail/stop/{TOKEN}/", (), "Not Found: /mail/stop/.../"),
        ("Forbidden: /plivo/hangup/", (), "Forbidden: /plivo/hangup/"),
        ("Forbidden: /plivo/answer/?Digits=1", (), "Forbidden: /plivo/answer/?Digits=1"),
        ("%d calls", (3,), "3 calls"),
    ],
)
def test_tokens_never_reach_a_log(message, args, said):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)
    assert Redacted().filter(record)
    assert record.getMessage() == said


@pytest.mark.parametrize("path", with_tokens(TOKEN))
def test_no_address_with_a_token_is_forgotten(path):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", (path,), None)
    Redacted().filter(record)
    assert TOKEN not in record.getMessage()


def test_the_site_logs_through_it(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["redacted"]
