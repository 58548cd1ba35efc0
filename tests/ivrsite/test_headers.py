import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from flows.adminbase import strict
from flows.models import Flow, FlowVersion, PhoneNumber
from ivrsite import headers
from tests.streams.made import SNAPSHOT, a_call


def test_pages_load_nothing_from_elsewhere():
    answer = Client().get("/healthz")
    assert answer["Content-Security-Policy"] == headers.STRICT
    assert "unsafe" not in headers.STRICT
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_the_admin_may_evaluate_what_its_theme_needs_and_no_more():
    answer = Client().get("/admin/login/")
    assert answer["Content-Security-Policy"] == headers.ADMIN
    assert "script-src 'self' 'unsafe-eval';" in headers.ADMIN


def test_a_view_may_set_its_own_policy():
    def view(request):
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    answer = headers.content_security_policy(view)(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("path", ["/", "/administrator/", "/stream/x/", "/static/a.js"])
def test_only_the_admin_is_treated_as_the_admin(path):
    assert headers.policy_for(path) == headers.STRICT


@pytest.mark.parametrize("policy", [headers.STRICT, headers.ADMIN])
def test_sounds_come_from_this_site_alone(policy):
    assert policy.startswith("default-src 'self';")
    assert "media-src" not in policy
    assert "blob:" not in policy


def test_a_page_without_the_theme_is_held_to_our_own_files():
    answer = headers.content_security_policy(lambda request: strict(HttpResponse()))(RequestFactory().get("/admin/"))
    assert answer["Content-Security-Policy"] == headers.STRICT


def test_the_pages_people_work_on_run_no_script_but_ours(admin_client):
    number = PhoneNumber.objects.create(number="+14155550199")
    flow = Flow.objects.create(name="Main line", slug="main-line")
    version = FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)
    pages = [
        number.get_absolute_url(),
        reverse("admin:flows_phonenumber_go_live", args=[number.pk]),
        version.get_absolute_url(),
        flow.get_absolute_url(),
        a_call(version=version).get_absolute_url(),
        reverse("admin:streams_daily"),
        reverse("admin:streams_engines"),
        reverse("admin:streams_reconciliation"),
        reverse("admin:streams_reconciliation_day", args=["2026-11-23"]),
    ]
    for page in pages:
        answer = admin_client.get(page)
        assert (page, answer.status_code, answer["Content-Security-Policy"]) == (page, 200, headers.STRICT)
        assert not re.search(rb"<script>|\sstyle=|\son[a-z]+=", answer.content), page


@pytest.mark.django_db
def test_whoever_may_not_open_a_page_is_told_who_can_help(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("olga", is_staff=True))
    refused = client.get(reverse("admin:flows_phonenumber_add"))
    assert (refused.status_code, b"Whoever looks after the accounts" in refused.content) == (403, True)
    missing = client.get("/no/such/page/")
    assert (missing.status_code, b"There is no such page" in missing.content) == (404, True)
