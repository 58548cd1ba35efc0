from dataclasses import replace
from urllib.parse import urlsplit

from plivo.utils import validate_v3_signature

from streams.phone import way
from streams.phone.profile import Profile
from streams.phone.record import Record, ignore
from streams.phone.wire import Wire
from tests.streams.phone.site import TOKEN


def test_the_way_is_the_address_unless_told_otherwise():
    assert way.to_page("https://ivr.example.com/a/?b=1", "") == ("https://ivr.example.com/a/?b=1", {})
    assert way.to_socket("wss://ivr.example.com/s/", "") == ("wss://ivr.example.com/s/", {})


async def test_a_site_whose_public_address_leads_nowhere_is_called_on_this_machine(site, call):
    here = urlsplit(site.url).netloc
    site.answers["/plivo/answer/"] = "<Response><Hangup/></Response>"
    record = await call("ends", site="https://ivr.example.com", profile=replace(Profile(), connects_to=here))
    assert record.failure == ""
    answer = next(request for request in site.requests if request.path == "/plivo/answer/")
    assert (answer.headers["host"], answer.headers["x-forwarded-proto"]) == ("ivr.example.com", "https")
    assert validate_v3_signature(
        "POST",
        "https://ivr.example.com/plivo/answer/",
        answer.headers["x-plivo-signature-v3-nonce"],
        TOKEN,
        answer.headers["x-plivo-signature-v3"],
        answer.form,
    )


async def test_its_socket_is_opened_on_this_machine_too(site):
    here = urlsplit(site.stream_url)
    record = Record(call_uuid="c", number="", caller="", on_event=ignore)
    wire = await Wire.open(f"wss://ivr.example.com{here.path}", {}, record, here.netloc)
    await wire.close()
    ((path, headers),) = site.upgrades
    assert (path, headers["Host"]) == (here.path, "ivr.example.com")
