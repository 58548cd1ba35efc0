import re
from pathlib import Path

import pytest

from ivrsite import settings

NAMES = re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', Path(settings.__file__).read_text())


def test_there_are_names_to_document():
    assert {"PORT", "PUBLIC_URL", "PLIVO_AUTH_TOKEN", "DATABASE_URL"} <= set(NAMES)


@pytest.mark.parametrize("page", ["README.md", ".env.example"])
def test_every_name_in_the_environment_is_documented(page):
    text = (settings.BASE_DIR / page).read_text()
    missing = [name for name in NAMES if not re.search(rf"\b{name}\b", text)]
    assert not missing, f"say in {page} what {missing} are for"
