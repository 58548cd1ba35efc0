"""The settings of a step as they are stored, read into its kind and written back. Pure: standard library only."""

import dataclasses
import typing
from collections.abc import Iterable, Mapping
from types import MappingProxyType, UnionType
from typing import Any

from flows.engine.step import REGISTRY, Option, Step, params

TRANSLATIONS = "translations"  # beside the settings, so that whatever copies a step takes them along


class SettingsError(ValueError):
    """Stored settings do not fit their kind. `field` is the setting, "" when it is the kind itself."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def build(kind: str, settings: Mapping[str, Any], options: Iterable[Option] = ()) -> Step:
    """A step from its stored settings. Raises `SettingsError` on an unknown kind or setting or a wrong type.

    `options` may be all exits of the step: those for outcomes that the kind has by itself are not options.
    """
    if kind not in REGISTRY:
        raise SettingsError("", f"There is no kind of step called {kind}.")
    cls = REGISTRY[kind]
    hints, known = types_of(cls), params(cls)
    given: dict[str, Any] = {}
    for name, stored in settings.items():
        if name == TRANSLATIONS:
            given[name] = _read_translations(stored)
            continue
        if name not in known:
            raise SettingsError(name, f"{cls.title} has no setting called {name}.")
        given[name] = _read(name, hints[name], stored)
    if cls.takes_options:
        own = {outcome.name for outcome in cls.own_outcomes}
        given["options"] = tuple(option for option in options if option.outcome not in own)
    return cls(**given)


def types_of(kind: type[Step]) -> Mapping[str, Any]:
    """The types of a kind's settings by name, as they are annotated."""
    if kind not in _TYPES:
        _TYPES[kind] = MappingProxyType(typing.get_type_hints(kind))
    return _TYPES[kind]


_TYPES: dict[type[Step], Mapping[str, Any]] = {}  # kinds never change


def settings_of(step: Step) -> dict[str, Any]:
    """The stored form of a step's settings: JSON values only, every one that is not `seldom`, translations if any."""
    translations = {language: dict(texts) for language, texts in step.translations.items() if texts}
    found = without_usual(type(step), {name: _write(getattr(step, name)) for name in params(type(step))})
    return found | ({TRANSLATIONS: translations} if translations else {})


def without_usual(kind: type[Step], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that are `seldom` and as usual: a step that has none is stored as it was of old."""
    about, usual = params(kind), kind.__dataclass_fields__
    return {
        name: value
        for name, value in settings.items()
        if not (name in about and about[name].seldom and value == usual[name].default)
    }


def _read_translations(stored: Any) -> dict[str, dict[str, str]]:
    """Texts by language and place. What is no text is refused."""
    is_right = isinstance(stored, Mapping) and all(
        isinstance(texts, Mapping) and all(isinstance(text, str) for text in texts.values())
        for texts in stored.values()
    )
    if not is_right:
        raise SettingsError(TRANSLATIONS, "The stored translations are not of the right form.")
    return {language: dict(texts) for language, texts in stored.items()}


def _read(name: str, wanted: Any, stored: Any) -> Any:
    """A JSON value as the declared type. Tuples hold texts, or rows: a frozen dataclass of texts."""
    origin = typing.get_origin(wanted)
    if origin is tuple and isinstance(stored, list | tuple):
        (row_type, _) = typing.get_args(wanted)
        if row_type is str:
            return tuple(_read(name, str, text) for text in stored)
        return tuple(_read_row(name, row_type, row) for row in stored)
    if origin in (typing.Union, UnionType):
        kinds = typing.get_args(wanted)
        return None if stored is None else _read(name, next(k for k in kinds if k is not type(None)), stored)
    if wanted is float and isinstance(stored, int) and not isinstance(stored, bool):
        return float(stored)
    if origin is None and isinstance(stored, wanted) and not (wanted is int and isinstance(stored, bool)):
        return stored
    raise SettingsError(name, f"The stored value of {name} is not of the right type.")


def _read_row(name: str, row_type: Any, row: Any) -> Any:
    if dataclasses.is_dataclass(row_type) and isinstance(row, Mapping):
        fields = {f.name for f in dataclasses.fields(row_type)}
        if set(row) <= fields and all(isinstance(cell, str) for cell in row.values()):
            try:
                return row_type(**row)  # type: ignore[operator]
            except TypeError:
                pass
    raise SettingsError(name, f"A row of {name} is not of the right form.")


def _write(stored: Any) -> Any:
    if isinstance(stored, tuple):
        return [row if isinstance(row, str) else dataclasses.asdict(row) for row in stored]
    return stored
