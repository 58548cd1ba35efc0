"""Tests that run beside each other over one Redis leave each other's keys alone."""

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis

pytestmark = pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis: REDIS_URL=redis://127.0.0.1:6379/9")


def test_clearing_the_cache_takes_away_our_keys_alone():
    theirs = "callwright-test-somebody-else"
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.set(theirs, "kept", ex=60)
        cache.set("mine", 1)
        cache.clear()
        assert (cache.get("mine"), redis.get(theirs)) == (None, b"kept")
        redis.delete(theirs)
