"""What the phone knows of the site that this program itself is."""

from datetime import UTC, datetime

import httpx2
import pytest
from asgiref.sync import async_to_sync
from plivo.utils import validate_v3_signature

from flows.engine.snapshot import dump, make_flow
from flows.models import Flow, FlowVersion, PhoneNumber
from streams.audio import prompts
from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo, sign_v3
from streams.carriers.plivo_signature import is_signed
from streams.house_texts import HOUSE_TEXTS
from streams.models import Call, CallEvent
from streams.phone import own_site
from streams.phone.hearing import no_words


def test_the_account_signs_with_the_site_s_own_token(settings):
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = "MA" + "B" * 18, "a-token"
    account = own_site.account()
    assert account.auth_id == "MA" + "B" * 18
    url, form = "https://ivr.example.com/plivo/answer/?a=1", {"From": "+1", "Speech": "héllo"}
    for method, fields in (("POST", form), ("POST", {}), ("GET", {})):
        signature = account.sign(method, url, fields, "777", account.token)
        assert validate_v3_signature(method, url, "777", "a-token", signature, dict(fields))
        ours = {name: [value] for name, value in fields.items()}
        assert is_signed(method, url, ours, nonce="777", signatures=[signature], tokens=["a-token"])


def test_the_carrier_s_own_vector_of_an_upgrade_comes_out():
    signature = sign_v3(
        "GET", "http://ivr.example.com/ws/plivo/abc123", {}, "98765432109876543210", "plivo_test_token_0123456789"
    )
    assert signature == "f72AHTRUhMW2NpfAk9XsLZZ2SArZoy3ZV47yqoAXVS0="


def test_without_an_account_the_id_has_the_form_of_one(settings):
    settings.PLIVO_AUTH_ID = ""
    assert len(own_site.account().auth_id) == 20


@pytest.mark.django_db(transaction=True)
def test_the_log_tells_each_turn_of_the_agent_once():
    call = Call.objects.create(call_uuid="u-1", began_at=datetime.now(UTC))
    said = [("agent_said", {"text": "Hello.", "prompt": "said-1"}), ("key", {"digit": "1"}),
            ("prompt_started", {"texts": ["One.", "Two."], "prompt": "said-2"}),
            ("agent_said", {"text": "Bye.", "prompt": "said-1"})]  # fmt: skip
    for seq, (kind, data) in enumerate(said, start=1):
        CallEvent.objects.create(call=call, seq=seq, at=0, kind=kind, data=data)
    ask = async_to_sync(own_site.words_of_the_log())
    assert ask("u-1", "said-2") == "One. Two."
    assert ask("u-1", "said-2") is None
    assert [ask("u-1", "said-1") for _ in range(3)] == ["Bye.", "Hello.", None]
    assert ask("another", "said-1") is None


@pytest.mark.django_db
def test_of_an_unknown_number_and_another_site_nothing_is_known():
    knowledge = own_site.knowledge_of("+14155550000", is_own_site=False)
    assert (knowledge.prompts, knowledge.words) == ({}, no_words)


@pytest.mark.django_db
def test_of_a_live_number_the_prompts_are_known(monkeypatch):
    line = make_flow(name="f", start="bye", steps={"bye": ("hang_up", "Bye", {"text": "So long."})}, exits=[])
    flow = Flow.objects.create(name="f", slug="f")
    version = FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=dump(line))
    PhoneNumber.objects.create(number="+14155550199", version=version)

    def library(flow, more):
        return dict.fromkeys((*flow.steps["bye"].prompts(), *more), b"")

    monkeypatch.setattr(prompts, "library", library)
    assert {"So long.", *HOUSE_TEXTS} == set(own_site.knowledge_of("14155550199").prompts)


def test_its_rest_side_is_found_by_the_call_that_it_carries(settings, tmp_path):
    settings.VAR_DIR, settings.DEVELOPMENT, settings.PLIVO_API_URL = tmp_path, True, ""
    ours = own_site.account()
    with own_site.rest_side() as live, live.listed("call-1"):
        port = at_hand.switchboard().port_of("call-1")
        stranger = httpx2.get(f"http://127.0.0.1:{port}/v1/Account/{ours.auth_id}/Call/x/Stream/", trust_env=False)
        assert stranger.status_code == 401
        with at_hand.carrier("call-1") as account, pytest.raises(PlivoSaidNo) as said:
            account.transfer("call-1", "http://127.0.0.1/")
        assert said.value.status == 404  # the call itself is none of this test
    assert at_hand.switchboard().port_of("call-1") is None


def test_two_phones_at_once_are_two_rest_sides(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with own_site.rest_side() as one, own_site.rest_side() as other, one.listed("call-1"), other.listed("call-2"):
        ports = [at_hand.switchboard().port_of(name) for name in ("call-1", "call-2")]
    assert None not in ports
    assert len(set(ports)) == 2
