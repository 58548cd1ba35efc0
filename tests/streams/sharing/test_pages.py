"""What a link opens, without an account: the call, masked, and nothing more than was shared."""

import logging
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import Phase, given
from hypothesis import strategies as st

from flows.engine.spoken_numbers import DIGIT_WORDS
from ivrsite.headers import STRICT
from streams.admin.call_share import state_of
from streams.models import CallNote, CallSummary, CarrierMessage, Charge, LinkOpening, SharedLink, Utterance
from streams.sharing.guessing import MOST_MISSES
from streams.sharing.links import Shown, share
from tests.properties import examples
from tests.streams.admin.conftest import finished, signed_in, version  # noqa: F401
from tests.streams.admin.test_call import page_of, text_of
from tests.streams.billing.unguarded import unguarded
from tests.streams.made import a_call, log

CALLER = "+14155550142"
NO_LINK = "This link opens nothing"


@pytest.fixture(autouse=True)
def nobody_guessed_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann(db):
    return User.objects.create_user("ann", first_name="Ann", last_name="Other")


@pytest.fixture
def shared(finished, ann):  # noqa: F811
    """A call that is shared: its call and the address of its link."""

    def make(*more_lines, **shown):
        call = finished(*more_lines, caller=CALLER)
        link, token = share(call, ann, Shown(**shown))
        return call, f"/shared/{token}/", link

    return make


def test_whoever_has_the_link_sees_the_call_masked_without_signing_in(shared):
    _call, address, _link = shared()
    told = text_of(Client().get(address))
    for words in (
        "Call of Wed 22 Nov, 12:00, masked",
        "Ann Other shares this call with you until",
        "••••••••0142 → ••••••••0199",
        "reached a person: Support desk",
        "puts the caller through to Support desk",
        "What was said is not shown.",
    ):
        assert words in told
    for words in (CALLER, "+14155550199", "drill", "When did you buy", "repair", "¢", "What it cost"):
        assert words not in told


def test_words_and_costs_are_shown_where_they_were_shared(shared):
    _call, address, _link = shared(words=True)
    told = text_of(Client().get(address))
    assert "my drill arrived broken" in told
    assert "Numbers that were spoken are masked in what was said; names are not" in told
    assert "¢" not in told
    _call, address, _link = shared(costs=True)
    told = text_of(Client().get(address))
    assert "0.600 ¢" in told
    assert "drill" not in told


def test_the_page_leads_nowhere_and_has_nothing_of_the_carrier(shared):
    call, address, _link = shared(words=True, costs=True)
    page = Client().get(address).content.decode()
    assert not re.search(r"<(a|form|button|audio)\b", page)
    for words in (call.call_uuid, *call.streams.values_list("stream_id", flat=True), "What the carrier told us"):
        assert words not in page


def test_it_is_kept_by_no_cache_and_told_to_nobody(shared):
    _call, address, _link = shared()
    for response in (Client().get(address), Client().get("/shared/no-such-token/")):
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Content-Security-Policy"] == STRICT
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src)", response.content.decode())


@pytest.mark.parametrize("change", [
    {"expires_at": timezone.now() - timedelta(seconds=1)}, {"revoked_at": timezone.now()}, {"call": None},
])  # fmt: skip
def test_a_link_that_is_over_or_revoked_opens_nothing_and_says_not_why(shared, change):
    _call, address, link = shared()
    assert Client().get(address).status_code == 200
    with unguarded():
        SharedLink.objects.filter(pk=link.pk).update(**change)
    gone = Client().get(address)
    assert (gone.status_code, gone.content) == (404, Client().get("/shared/never-was/").content)
    assert NO_LINK in gone.content.decode()


def test_a_link_of_somebody_who_left_opens_nothing(shared, ann):
    _call, address, link = shared()
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    assert state_of(SharedLink.objects.get(pk=link.pk))[0] == "over: who made it cannot sign in any more"
    ann.delete()
    assert Client().get(address).status_code == 404


def test_each_opening_is_noted_without_telling_who(shared):
    _call, address, link = shared()
    Client(REMOTE_ADDR="203.0.113.9").get(address)
    Client(REMOTE_ADDR="203.0.113.9").head(address)
    assert list(LinkOpening.objects.values_list("link", "address")) == [(link.pk, "203.0.113.0/24")]


def test_nothing_is_done_through_it(shared):
    _call, address, _link = shared()
    assert Client().post(address).status_code == 405
    assert Client().delete(address).status_code == 405


def test_who_tries_many_links_is_turned_away_and_nobody_else_is(shared):
    _call, address, _link = shared()
    for n in range(MOST_MISSES):
        assert Client(REMOTE_ADDR="203.0.113.9").get(f"/shared/guess-{n}/").status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.9").get("/shared/guess/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").get(address).status_code == 200


def test_a_token_that_opens_nothing_reaches_no_log(shared, caplog):
    from ivrsite.redaction import Redacted

    with caplog.at_level(logging.WARNING):
        Client().get("/shared/a-secret-token-of-somebody/")
    for record in caplog.records:
        Redacted().filter(record)
        assert "a-secret-token" not in record.getMessage()


# --- No number anywhere ---------------------------------------------------------------------------------------------

numbers = st.text("0123456789", min_size=7, max_size=12).filter(lambda digits: len(set(digits)) > 3)


def spread(digits):
    """The same number as people write it."""
    return f"{digits[:3]} {digits[3:6]}-{digits[6:]}"


def in_words(digits):
    return " ".join(DIGIT_WORDS[int(digit)] for digit in digits)


def planted(call, phone, typed, told):
    """Rows of every kind that may hold what a caller typed or said."""
    log(
        call,
        (10.0, "prompt_started", "menu", {"prompt": "p", "texts": ["Type your number.", f"You typed {typed}."]}),
        *[(11.0, "key", "menu", {"digit": digit}) for digit in typed],
        (12.0, "answer", "menu", {"answers": {"account": typed, "phone": spread(phone)}}),
        (13.0, "utterance", "menu", {"text": f"my number is {spread(phone)}", "confidence": 0.9}),
        (14.0, "understood", "menu", {"meaning": f"order {told}", "said": told, "taken": True, "confidence": 0.9}),
        (15.0, "agent_heard", "helper", {"text": f"it is {in_words(told)} thanks"}),
        (16.0, "agent_said", "helper", {"text": f"So {in_words(told)}, I call {phone}", "prompt": "q", "engine": "x"}),
        (17.0, "tool_asked", "helper", {"tool": "look_up_order", "arguments": {"order": told}, "verdict": "allowed"}),
        (18.0, "house_said", "helper", {"text": f"One moment, {spread(phone)}"}),
        (19.0, "engine_failed", "helper", {"ability": "agent", "engine": "x", "what": f"cannot call +{phone}"}),
        (20.0, "transfer_refused", "helper", {"destination": "desk", "why": f"{phone} is barred"}),
        (21.0, "error", "helper", {"what": f"no such number {spread(phone)}"}),
        (22.0, "hangup", "", {"reason": f"asked by {phone}"}),
    )
    for place, text in enumerate([f"It is {told}.", in_words(phone), f"Order {spread(told)}"]):
        Utterance.objects.create(call=call, place=900 + place, at=place, who="caller", text=text)
    CallSummary.objects.update_or_create(
        call=call,
        defaults={
            "text": f"Wants {told}; reach them on {phone}.", "intent": f"order {told}", "topics": [f"order {told}"],
            "written_by": "x", "transcript_digest": "x",
        },
    )  # fmt: skip
    CallNote.objects.create(call=call, dedupe_key=f"n{call.pk}", what="message", text=f"Call {in_words(phone)}")
    call.texts.create(name="sorry", to=call.caller, text=f"Hello {phone}", status="failed", error=f"+{phone} is barred")
    CarrierMessage.objects.create(
        dedupe_key=f"m{call.pk}", kind="hangup", call_uuid=call.call_uuid, error=f"bad {phone}", body={"From": phone}
    )


# The theme's colours are figures, too, and a form's token may hold any.
NOT_OF_THE_CALL = r'<style.*?</style>|<svg.*?</svg>|name="csrfmiddlewaretoken" value="[^"]*"'


def runs_of(digits, page, *, at_least):
    """The runs of so many digits of a number that stand in a page, whatever stands between them."""
    windows = (digits[place : place + at_least] for place in range(len(digits) - at_least + 1))
    return [run for run in windows if re.search(r"[\W_]{0,3}".join(run), page)]


def spoken_in(digits, page):
    words = [DIGIT_WORDS[int(digit)] for digit in digits]
    windows = (words[place : place + 3] for place in range(len(words) - 2))
    return [run for run in windows if re.search(r"\W{1,3}".join(run), page)]


@examples(12, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # to shrink would take minutes
@given(phone=numbers, typed=numbers, told=numbers)
def test_no_page_that_is_masked_holds_a_number_of_the_caller_anywhere(signed_in, ann, phone, typed, told):  # noqa: F811
    call = a_call(caller=f"+{phone}", ended=61, outcome="left a message", status="finished")
    planted(call, phone, typed, told)
    _link, token = share(call, ann, Shown(words=True, costs=True))
    everything = signed_in("view_call", "view_charge", "view_transcript", "view_number", "share_call", "unmask_call")
    for response in (
        Client().get(f"/shared/{token}/"),
        everything.get(page_of(call)),
        everything.get("/admin/streams/call/"),
    ):
        assert response.status_code == 200
        page = re.sub(NOT_OF_THE_CALL, "", response.content.decode(), flags=re.S)
        for digits in (phone, typed, told):
            assert not runs_of(digits, page, at_least=5)
            assert not spoken_in(digits, page)


def test_the_search_for_numbers_would_find_them(signed_in, ann):  # noqa: F811
    """The property above looks in the right way: the same page holds them all once it is unmasked."""
    phone, typed, told = "4155550142", "8675309", "9182736"
    call = a_call(caller=f"+{phone}", ended=61, status="finished")
    planted(call, phone, typed, told)
    client = signed_in("view_call", "view_transcript", "unmask_call")
    client.post(f"/admin/streams/call/{call.pk}/unmask/", {"reason": "The caller asked for it."})
    page = client.get(page_of(call)).content.decode()
    assert all(runs_of(digits, page, at_least=5) for digits in (phone, typed, told))
    assert spoken_in(told, page)


def test_a_cost_is_no_number_of_a_caller(shared):
    call, address, _link = shared(costs=True)
    Charge.objects.create(
        source_key="leg:x", call=call, kind="leg", description="Call leg, 61 s", quantity=2, unit="minute",
        amount=Decimal("0.011123"), basis="hangup",
    )  # fmt: skip
    assert "1.112 ¢" in Client().get(address).content.decode()
