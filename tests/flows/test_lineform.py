"""The form of the line takes further languages, each once."""

import pytest

pytestmark = pytest.mark.django_db
SPANISH = "es-US"


def test_a_language_is_added_on_the_form_of_the_line(admin_client, line):
    sent = {
        "name": line.name,
        "language": "en-US",
        "start": line.start_id,
        "revision": line.revision,
        "discloses_ai": "on",
        "further-0-language": SPANISH,
        "further-0-voice": "",
    }
    admin_client.post(f"/admin/flows/flow/{line.pk}/studio/line/", sent)
    line.refresh_from_db()
    assert line.languages == [{"language": SPANISH, "voice": ""}]
    twice = {**sent, "revision": line.revision, "further-0-language": "en-US"}
    answer = admin_client.post(f"/admin/flows/flow/{line.pk}/studio/line/", twice).json()
    assert "once" in str(answer["errors"]["further"])
