"""The kinds of steps, one file each. Every module here is imported, so a new file is found by itself."""

import importlib
import pkgutil

from flows.engine.step import REGISTRY

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["REGISTRY"]
