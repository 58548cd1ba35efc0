import pytest
from django.core.management import call_command
from django.utils import timezone

from flows import demo
from streams.models import Call

pytestmark = pytest.mark.django_db


def said(capsys):
    call_command("where_to_go")
    return capsys.readouterr().out


def test_it_names_every_page_and_everybody(settings, capsys):
    settings.PUBLIC_URL, settings.PORT = "http://127.0.0.1:8001", 8001
    demo.people(demo.PASSWORD)
    call = Call.objects.create(call_uuid="c", began_at=timezone.now())
    told = said(capsys)
    assert "  Admin      http://127.0.0.1:8001/admin/\n" in told
    assert f"http://127.0.0.1:8001/admin/streams/call/{call.pk}/change/" in told
    assert f"password {demo.PASSWORD}, unless changed" in told
    for name, *_ in demo.PEOPLE:
        assert f"  {name} " in told
    assert "make call PORT=8001" in told


def test_on_a_site_that_others_reach_no_password_is_said(settings, capsys):
    settings.DEVELOPMENT = False
    demo.people("x" * 30)
    assert demo.PASSWORD not in said(capsys)


def test_an_empty_site_has_an_admin_at_least(settings, capsys):
    settings.PORT = 8000
    told = said(capsys)
    assert "/admin/" in told
    assert "make call  " in told
