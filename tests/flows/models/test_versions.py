"""Versions and numbers as rows."""

import pytest
from django.core.exceptions import ValidationError

from flows import publishing
from flows.models import chain_digest


def test_a_version_never_changes(line, quick_voice):
    version = publishing.publish(line, by=None)
    version.notes = "changed"

    with pytest.raises(ValidationError, match="cannot be changed"):
        version.save()
    with pytest.raises(ValidationError, match="cannot be deleted"):
        version.delete()


def test_a_digest_depends_on_what_came_before_and_not_on_the_order_of_keys():
    assert chain_digest("", {"a": 1, "b": 2}) == chain_digest("", {"b": 2, "a": 1})
    assert chain_digest("", {"a": 1}) != chain_digest("x", {"a": 1}) != chain_digest("x", {"a": 2})
