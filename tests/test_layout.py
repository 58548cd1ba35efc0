"""Tests stand where their source stands: `flows/steps/menu.py` is tested by `tests/flows/steps/test_menu.py`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("flows", "streams", "ivrsite")

# Files without a test file of their own, and where they are tested instead.
ELSEWHERE = {
    "flows/apps.py": "nothing but names",
    "streams/apps.py": "nothing but names",
    "flows/engine/events.py": "values; every test of the engine uses them",
    "flows/engine/commands.py": "values; every test of the engine uses them",
    "streams/carriers/carrier.py": "a protocol; tests/streams/carriers/test_plivo.py",
    "ivrsite/settings.py": "tests/ivrsite/test_checks.py, and every other test",
    "ivrsite/apps.py": "nothing but names; tests/ivrsite/test_checks.py",
    "ivrsite/asgi.py": "make demo serves it",
    "ivrsite/celery.py": "make demo runs it",
    "ivrsite/urls.py": "tests/ivrsite/test_health.py",
    "ivrsite/process.py": "tests/ivrsite/test_server.py",
    "ivrsite/launch/orphans.py": "tests/ivrsite/launch/test_processes.py",
    "ivrsite/launch/__main__.py": "tests/ivrsite/launch/test_main.py",
}


def sources() -> list[Path]:
    """Every source file with something in it to test, as a path from the root."""
    found = (path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in found if path.name != "__init__.py" and "migrations" not in path.parts]


def places(source: Path) -> list[str]:
    """Where the test of this file may stand: beside it, or for a command and a model also one floor up."""
    folders = [source.parent]
    if source.parent.name == "commands":
        folders += [source.parent.parent, source.parent.parent.parent]
    if source.parent.name == "models":
        folders.append(source.parent.parent)
    return [f"tests/{folder.as_posix()}/test_{source.stem}" for folder in folders]


def is_tested(source: Path) -> bool:
    """There is a test file named after it, whole or with more words (`test_menu_speech.py`)."""
    return any(any(ROOT.glob(f"{place}.py")) or any(ROOT.glob(f"{place}_*.py")) for place in places(source))


def test_every_source_file_has_its_test_file():
    missing = [path for path in sources() if not is_tested(path) and path.as_posix() not in ELSEWHERE]
    said = "\n".join(f"{path}: write {places(path)[0]}.py, or say in ELSEWHERE where it is tested" for path in missing)
    assert not missing, "\n" + said


def test_no_exception_outlives_its_reason():
    gone = [name for name in ELSEWHERE if not (ROOT / name).exists() or is_tested(Path(name))]
    assert not gone, f"{gone} are gone or have a test file; take them out of ELSEWHERE"


def test_every_folder_of_tests_is_a_package():
    # two files of one name in folders without __init__.py would shadow each other
    bare = {path.parent for path in (ROOT / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()}
    assert not bare, f"add __init__.py to {sorted(map(str, bare))}"
