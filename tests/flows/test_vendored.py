"""Files of others that we serve as they came: none was changed, and each has its licence beside it."""

import hashlib
from pathlib import Path

from unfold.settings import CONFIG_DEFAULTS

STATIC = Path(__file__).resolve().parents[2] / "flows" / "static" / "flows"
AS_RELEASED = {
    # @dagrejs/dagre 3.1.3 (MIT): where the steps of the map stand
    "dagre.min.js": "54a503e346f93ca0bb10abe7999587e037262935687aca45eb4e4b0f64bbb578",
}


def test_every_vendored_file_is_as_it_was_released():
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").glob("*.js")}
    assert found == AS_RELEASED


def test_every_vendored_file_has_its_licence():
    for name in AS_RELEASED:
        licence = STATIC / "vendor" / f"{name.partition('.')[0]}.LICENSE"
        assert "Permission is hereby granted" in licence.read_text()


def test_the_frame_of_strict_pages_has_the_colours_of_the_theme():
    frame = (STATIC / "shell.css").read_text()
    for name in ("base", "primary"):
        for weight, colour in CONFIG_DEFAULTS["COLORS"][name].items():
            assert f"--color-{name}-{weight}: {colour};" in frame
