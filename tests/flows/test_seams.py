"""Where flows are joined to live calls: each join leads somewhere as the site is set up."""

import ast
import inspect
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from flows import seams
from ivrsite import settings


def named():
    """Every setting that a seam is found by."""
    calls = (node for node in ast.walk(ast.parse(Path(seams.__file__).read_text())) if isinstance(node, ast.Call))
    return [call.args[0].value for call in calls if getattr(call.func, "id", "") == "_found"]


@pytest.mark.parametrize("name", named())
def test_every_seam_leads_to_something(name):
    found = import_string(getattr(settings, name))
    assert callable(found) or (name == "HOUSE_TEXTS" and found)


def test_each_function_has_a_seam_of_its_own():
    made_here = [made for _, made in inspect.getmembers(seams, inspect.isfunction) if made.__module__ == seams.__name__]
    functions = [made for made in made_here if not made.__name__.startswith("_")]
    assert len(functions) == len(set(named())) == len(named())


def test_nothing_else_in_flows_is_found_by_a_name_in_the_settings():
    flows = Path(seams.__file__).parent
    elsewhere = [path.name for path in flows.rglob("*.py") if "import_string" in path.read_text()]
    assert elsewhere == ["seams.py"]


def test_what_is_on_offer_is_names_and_titles():
    assert all(name and title for name, title in seams.voices())
    assert {"local"} <= {name for ability in ("agent", "transcriber") for name, _ in seams.engines(ability)}
