"""Links in mails."""

from django.conf import settings

from streams.mornings import links


def test_links_are_whole_and_a_token_is_one_persons():
    assert links.report("from=2026-11-22").startswith(settings.PUBLIC_URL)
    token = links.stop(7).rstrip("/").rpartition("/")[2]
    assert links.stopped_by(token) == 7
    assert links.stopped_by(token[:-1]) is None
