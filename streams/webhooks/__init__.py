"""What the carrier tells and asks over HTTP: verified, stored once, applied once, answered alike however often."""

from streams.webhooks.inbox import apply

__all__ = ["apply"]
