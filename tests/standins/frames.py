"""Is this a frame that the vendor's own package knows? Checked against its pydantic types, unknown fields included."""

import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError


class WrongFrame(AssertionError):
    """A frame that the vendor's types do not describe. Says what is wrong with it.

    `unknown`, `missing` and `bad` are dotted paths without positions in lists: of fields that nobody knows, that are
    required, and whose value may not be so.
    """

    def __init__(
        self, said: str, *, unknown: Iterable[str] = (), missing: Iterable[str] = (), bad: Iterable[str] = ()
    ) -> None:
        super().__init__(said)
        self.unknown, self.missing, self.bad = tuple(unknown), tuple(missing), tuple(bad)


def variants(union: Any) -> dict[str, type[BaseModel]]:
    """The models of a vendor's union of events, by the `type` that each has."""
    inner = typing.get_args(union)[0] if typing.get_origin(union) is typing.Annotated else union
    found = {}
    for model in typing.get_args(inner):
        for name in typing.get_args(model.model_fields["type"].annotation):
            found[name] = model
    return found


def check(model: type[BaseModel], frame: Any, *, allowed: Iterable[str] = ()) -> BaseModel:
    """Hold a frame against a model; raises `WrongFrame`.

    The vendors' models let unknown fields pass, so those are looked for here. `allowed` are dotted paths, without
    positions in lists, of fields that the service sends although its types do not name them.
    """
    try:
        parsed = model.model_validate(frame)
    except ValidationError as error:
        told = [(_path(one["loc"]), one["type"] == "missing") for one in error.errors()]
        missing, bad = [path for path, absent in told if absent], [path for path, absent in told if not absent]
        raise WrongFrame(f"{model.__name__}: {error}", missing=missing, bad=bad) from None
    unknown = set(_extras(parsed)) - set(allowed)
    if unknown:
        names = sorted(unknown)
        raise WrongFrame(f"{model.__name__} has no field called {', '.join(names)}: {frame}", unknown=names)
    return parsed


def check_event(models: Mapping[str, type[BaseModel]], frame: Mapping[str, Any], *, allowed: Iterable[str] = ()) -> Any:
    """The same, the model chosen by the frame's `type`."""
    kind = frame.get("type")
    if kind not in models:
        raise WrongFrame(f"There is no event of type {kind}.", bad=["type"])
    return check(models[kind], frame, allowed=allowed)


def check_names(given: Iterable[str], known: Collection[str]) -> None:
    """Hold the names of fields or parameters against those that the vendor's package sends; raises `WrongFrame`."""
    unknown = set(given) - set(known)
    if unknown:
        raise WrongFrame(f"The vendor knows no {', '.join(sorted(unknown))}.", unknown=sorted(unknown))


def _path(place: tuple[int | str, ...]) -> str:
    """A place in pydantic's words without positions, and without the models that it tried on the way."""
    return ".".join(part for part in place if isinstance(part, str) and part.isidentifier() and part[0].islower())


def _extras(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}.{name}".lstrip(".")
        for name in type(value).model_fields:
            yield from _extras(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _extras(one, path)


def check_params(params: Any, body: Mapping[str, Any]) -> None:
    """Hold a request's body against the vendor's TypedDict of its parameters; raises `WrongFrame`.

    Fields that it does not know are dropped by the check, so what is left is compared with what was sent.
    """
    try:
        kept = _adapter(params).validate_python(body)
        unknown = set(_dropped(body, kept))
    except ValidationError as error:
        raise WrongFrame(f"{params.__name__}: {error}") from None
    if unknown:
        raise WrongFrame(f"{params.__name__} has no field called {', '.join(sorted(unknown))}: {body}")


@cache
def _adapter(params: Any) -> TypeAdapter[Any]:
    return TypeAdapter(params)


def _dropped(sent: Any, kept: Any, path: str = "") -> Iterator[str]:
    if isinstance(sent, Mapping):
        for name, value in sent.items():
            if name in kept:
                yield from _dropped(value, kept[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}".lstrip(".")
    elif isinstance(sent, list):
        for one, other in zip(sent, kept, strict=True):  # an Iterable is checked only as it is read
            yield from _dropped(one, other, path)
