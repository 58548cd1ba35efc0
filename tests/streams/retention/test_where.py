"""Nothing that can hold a caller's words or number is left out of the table of kinds."""

from django.apps import apps
from django.db import models

from streams.retention.erasing import CALLER
from streams.retention.kinds import BY_NAME
from streams.retention.where import KEPT, NOT_PERSONAL, OF_NOBODY, PERSONAL

WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
MODELS = [
    model for app in ("flows", "streams") for model in apps.get_app_config(app).get_models() if not model._meta.proxy
]


def fields() -> dict[str, str]:
    """Every field that can hold words, and its table."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": f"{model._meta.app_label}.{model.__name__}"
        for model in MODELS
        for field in model._meta.local_fields
        if isinstance(field, WORDS)
    }


def test_every_field_that_can_hold_words_is_judged_once():
    for name, table in fields().items():
        judged = [table in OF_NOBODY, name in PERSONAL, name in NOT_PERSONAL, name in KEPT]
        assert sum(judged) == 1, f"{name}: say in streams/retention/where.py what removes it, or that it holds nobody"


def test_what_is_judged_is_still_there():
    assert {*PERSONAL, *NOT_PERSONAL, *KEPT} <= fields().keys()
    assert {f"{model._meta.app_label}.{model.__name__}" for model in MODELS} >= OF_NOBODY


def test_whatever_is_personal_has_a_kind_that_removes_it():
    assert set(PERSONAL.values()) <= {*BY_NAME, CALLER}
