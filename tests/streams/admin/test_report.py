"""The page “Reports”, as operations open it each morning."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from flows.models import Flow, FlowVersion, PhoneNumber, PromptAudio
from streams.admin import report_unreconciled
from streams.admin.report_definitions import DEFINITIONS
from streams.models import Call, Rate
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.report_rows import DAY, a_day
from tests.streams.admin.test_call import text_of
from tests.streams.figures.rows import counted
from tests.streams.made import SNAPSHOT, a_call, at

URL = "/admin/streams/call/report/"


def tiles(response):
    """What each tile shows, by its name, as words."""
    found = re.findall(r'data-tile="(\w+)">(.*?)<details', response.content.decode(), re.S)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", html.unescape(shown)).split()) for name, shown in found}


def links(response):
    """Every link to a list of calls, with the words it shows."""
    page = response.content.decode()
    found = re.findall(r'<a [^>]*href="(/admin/streams/call/\?[^"]*counted=[^"]+)"[^>]*>(.*?)</a>', page, re.S)
    return [(html.unescape(url), re.sub(r"<[^>]*>", " ", shown).strip()) for url, shown in found]


def count_of(client, url):
    """How many calls the list behind a link says it shows."""
    page = text_of(client.get(url))
    return int(re.search(r"([\d]+) calls?: ", page)[1])


@pytest.fixture
def day(version):
    a_day(version)
    return version


@pytest.fixture
def olga(signed_in):
    return signed_in(*SEES_ALL)


def test_it_opens_on_yesterday(olga, version):
    counted(version=version, began_at=timezone.now() - timedelta(days=1))
    counted(version=version, began_at=timezone.now() - timedelta(days=2))
    response = olga.get(URL)
    assert "<h1>Yesterday on the line</h1>" in response.content.decode()
    assert tiles(response)["offered"].startswith("Calls 1 ")


def test_the_tiles_tell_the_day_and_how_it_changed(olga, day):
    shown = tiles(olga.get(URL, DAY))
    assert shown == {
        "offered": "Calls 10 : the calls, all calls +233 % on the week before",
        "truly_contained": "Truly contained 44.4 % : the calls, truly contained "
        "raw 77.8 %, minus repeat callers −55.6 points on the week before",
        "asked_person": "Asked for a person 11.1 % : the calls, asked for a person "
        "by key or word +11.1 points on the week before",
        "gave_up": "Gave up 22.2 % : the calls, gave up hung up before any outcome +22.2 points on the week before",
        "to_person": "To a person 38 s : the calls, put through median, p90 1 min 11 s no calls in the week before",
        "cost_per_call": "Cost a call 0.5 ¢ : the calls, all calls, the costliest first "
        "stream 0.1 ¢ · carrier 0 ¢ · AI 0.4 ¢ 0 ¢ in the week before",
        "cost_per_contained": "Cost a contained call 1.2 ¢ : the calls, truly contained, the costliest first "
        "all costs ÷ contained 0 ¢ in the week before",
        "unreconciled": shown["unreconciled"],
    }


def test_every_tile_says_what_it_means_and_how_it_is_made(olga, day):
    page = text_of(olga.get(URL, DAY))
    for name in tiles(olga.get(URL, DAY)):
        assert f"What “{DEFINITIONS[name].title}” means" in page
        assert DEFINITIONS[name].says in page
        assert DEFINITIONS[name].formula in page


def test_behind_every_count_stand_as_many_calls(olga, day):
    response = olga.get(URL, DAY)
    wanted = {
        "counted=offered": 10,
        "counted=truly_contained": 4,
        "counted=asked_person": 1,
        "counted=gave_up": 2,
        "counted=transferred": 2,
        "counted=callers&step=menu": 9,
        "counted=callers&step=helper": 1,
        "counted=callers&step=support": 2,
        "counted=hung_up&step=menu": 2,
        "counted=no_inputs&step=menu": 1,
        "counted=no_matches&step=menu": 1,
        "counted=visits&step=menu&exit=key-1": 6,
        "counted=offered&mood_start=negative&mood_end=positive": 1,
    }
    found = [url for url, _ in links(response) if "from=2026-11-23" in url]
    for asked, number in wanted.items():
        fitting = [url for url in found if all(part in url for part in asked.split("&"))]
        assert fitting, asked
        exact = min(fitting, key=len)
        assert count_of(olga, exact) == number, exact


def test_a_number_that_is_shown_is_the_number_of_calls_that_its_link_lists(olga, day):
    plain = [(url, int(shown.replace(",", ""))) for url, shown in links(olga.get(URL, DAY)) if shown.isdigit()]
    assert len(plain) > 10
    wrong = [(url, shown, count_of(olga, url)) for url, shown in plain if count_of(olga, url) != shown]
    assert wrong == []


def test_where_callers_went_is_a_table_and_the_map_of_the_one_flow(olga, day):
    response = olga.get(URL, DAY)
    page = text_of(response)
    assert "Main menu Support 6 66.7 % no match 1 11.1 % 9 1 11.1 % 1 11.1 % 2 22.2 %" in page
    assert "This version is too old to be drawn." in page  # its steps are not of any kind that there is
    assert "Where callers hung up Main menu 2" in page
    assert "What costs most Helper" in page or "What costs most" in page


def test_it_is_narrowed_down_by_flow_version_number_and_language(olga, day):
    other = Flow.objects.create(name="Other line", slug="other")
    second = FlowVersion.objects.create(flow=other, number=2, spec=1, snapshot=SNAPSHOT)
    counted(version=second, number="+2", language="de-DE", goal=True, visits=[{"step": "menu", "exit": "key-1"}])
    PhoneNumber.objects.create(number="+14155550199")
    PhoneNumber.objects.create(number="+14155550124")

    def calls(**more):
        return tiles(olga.get(URL, {**DAY, **more}))["offered"].split()[1]

    assert calls() == "11"
    assert calls(flow=day.flow_id) == "10"
    assert calls(version=second.pk) == calls(number="+2") == calls(language="de-DE") == "1"
    assert calls(flow=other.pk, language="en-US") == "0"
    page = text_of(olga.get(URL, {**DAY, "version": second.pk}))
    assert "Mon 23 Nov Other line v2" in page
    assert "All calls" in page
    everybody = text_of(olga.get(URL, DAY))
    assert "Flow by flow" in everybody
    assert "Language by language" in everybody
    assert "Number by number" in everybody


def test_what_narrows_stays_in_every_link_of_the_page(olga, day):
    asked = {**DAY, "flow": day.flow_id, "number": "+14155550199"}
    response = olga.get(URL, asked)
    narrowed = [url for url, _ in links(response) if f"flow={day.flow_id}" in url and "number=%2B14155550199" in url]
    assert len(narrowed) == len(links(response)) > 20
    page = response.content.decode()
    assert f"?from=2026-11-22&amp;to=2026-11-22&amp;flow={day.flow_id}" in page
    assert f"?range=week&amp;flow={day.flow_id}" in page


def test_versions_stand_side_by_side(olga, day):
    second = FlowVersion.objects.create(flow=day.flow, number=2, spec=1, snapshot=SNAPSHOT)
    counted(version=second, goal=True)
    page = text_of(olga.get(URL, {**DAY, "flow": day.flow_id}))
    assert "Version against version" in page
    assert re.search(r"v1, published .*? 10 44.4 % 11.1 % 22.2 % 38 s", page)
    assert re.search(r"v2, published .*? 1 100.0 % 0 % 0 % –", page)


def test_a_forecast_that_was_kept_stands_beside_what_came(olga, day):
    assert "Expected a call" not in text_of(olga.get(URL, {**DAY, "flow": day.flow_id}))
    kept = {"forecast": {"cost": "0.006000", "rests_on": "3 test calls"}}
    second = FlowVersion.objects.create(flow=day.flow, number=2, spec=1, snapshot=SNAPSHOT, report=kept)
    counted(version=second, goal=True)
    page = text_of(olga.get(URL, {**DAY, "flow": day.flow_id})).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"v2, published .*? 0 ¢ 0 ¢ 0.6 ¢", page)


def test_when_they_call_is_told_for_four_weeks_and_each_square_leads_to_its_calls(olga, day):
    response = olga.get(URL, DAY)
    assert "When they call 27 Oct to 23 Nov" in text_of(response)
    nine = [url for url, _ in links(response) if "weekday=0&hour=9" in url]
    assert nine
    assert count_of(olga, nine[0]) == 10  # seven of that day, three of the week before


def test_day_by_day_leads_to_the_report_of_each_day(olga, day):
    page = olga.get(URL, DAY).content.decode()
    assert 'href="?from=2026-11-16&amp;to=2026-11-16"' in page
    assert "Mon 16 Nov 2026 3 3 0 0" in text_of(olga.get(URL, DAY))
    assert "Mon 23 Nov 2026 10 4 2 2 4.800 ¢ 0.5 ¢" in text_of(olga.get(URL, DAY)).replace("\N{NO-BREAK SPACE}", " ")


def test_calls_that_need_ears_say_why(olga, day):
    response = olga.get(URL, DAY)
    assert "09:30 · no number Mood fell in the menu. 0 ¢" in text_of(response).replace("\N{NO-BREAK SPACE}", " ")
    assert Call.objects.get(figures__ears__icontains="Mood").get_absolute_url() in response.content.decode()


def test_waits_and_moods_are_told(olga, day):
    page = text_of(olga.get(URL, DAY))
    assert "Of 2 answers half of them came within 0.6 s" in page
    assert "1 of 1 calls ended in a better mood" in page


def test_without_calls_it_says_what_will_appear_and_what_to_do(olga):
    page = text_of(olga.get(URL, DAY))
    assert "Nobody called Mon 23 Nov" in page
    assert "Each step that callers come to will stand here" in page
    assert "When callers have come, the flow is drawn here." in page
    assert "when your line is busy" in page
    assert "A line of calls and cost for each day will show here" in page
    assert "No assistant answered in these days" in page


def test_a_flow_without_calls_leads_back_to_all(olga, day):
    other = Flow.objects.create(name="Other line", slug="other")
    response = olga.get(URL, {**DAY, "flow": other.pk})
    assert "Nobody called that way Mon 23 Nov" in text_of(response)
    assert 'href="?from=2026-11-23&amp;to=2026-11-23"' in response.content.decode()


def test_money_is_for_who_may_see_charges(signed_in, day):
    client = signed_in("view_call", "view_transcript")
    response = client.get(URL, DAY)
    assert set(tiles(response)) == {"offered", "truly_contained", "asked_person", "gave_up", "to_person"}
    assert "¢" not in text_of(response)
    assert "costliest" not in response.content.decode()


def test_moods_and_what_needs_ears_are_for_who_may_read_transcripts(signed_in, day):
    page = text_of(signed_in("view_call", "view_charge").get(URL, DAY))
    assert "Mood fell" not in page
    assert "How callers felt" not in page


def test_numbers_are_masked_for_everybody(signed_in, version):
    figures = counted(version=version, ears=["It failed."])
    Call.objects.filter(pk=figures.pk).update(caller="+14155550142")
    page = signed_in("view_call", "view_transcript", "view_number").get(URL, DAY).content.decode()
    assert "+14155550142" not in page
    assert "•••0142" in page


def test_who_may_not_see_calls_may_not_see_reports(signed_in):
    assert signed_in("view_rate").get(URL).status_code == 403


def test_calls_without_a_record_are_told_to_be_missing(olga, version):
    counted(version=version)
    a_call(version=version, began_at=counted(version=version).began_at)
    assert "1 call of these days has no record yet and is in no figure" in text_of(olga.get(URL, DAY))


def test_days_that_are_not_over_are_not_compared_in_percent(olga, version):
    counted(version=version, began_at=timezone.now() - timedelta(seconds=1))
    counted(version=version, began_at=timezone.now() - timedelta(days=7))
    shown = tiles(olga.get(URL, {"range": "today"}))
    assert shown["offered"].endswith("1 in the week before")


def test_money_that_does_not_add_up_is_told_with_its_things(olga, monkeypatch, day):
    open_ = report_unreconciled.Open(Decimal("0.37"), 2, "/admin/reconciliation/")
    monkeypatch.setattr("streams.admin.report_tiles.unreconciled", lambda first, last: open_)
    response = olga.get(URL, DAY)
    assert tiles(response)["unreconciled"] == "Not reconciled 37.000 ¢ : the calls, what is open 2 things to look at"
    assert 'href="/admin/reconciliation/"' in response.content.decode()


def test_prompts_that_were_made_are_told_apart_and_what_has_no_price_is_named(olga):
    used = {"engine": "elevenlabs", "model": "reader-1", "unit": "characters", "quantity": 1000}
    PromptAudio.objects.create(
        digest="d", engine="x", language="en-US", text="Hi", audio=b"", used=[used, {**used, "model": "reader-2"}]
    )
    PromptAudio.objects.update(rendered_at=at(0))
    kind = "ai:reader-1:characters"
    Rate.objects.create(kind=kind, unit="characters", price=Decimal("0.05"), per=1000, valid_from=at(-99))
    page = text_of(olga.get(URL, {"from": "2090-11-22", "to": "2090-11-22"}))
    assert "Making prompts cost 5.000 ¢ in these days" in page
    assert "No price is known for reader-2" in page


def test_a_strange_address_is_answered_with_a_sentence(olga, day):
    for said in ({"from": "soon"}, {"version": "0"}, {"flow": "-1"}, {"number": "\x00"}, {"language": "'\"<"}):
        response = olga.get(URL, said)
        assert response.status_code == 200
    assert "A date was not understood" in text_of(olga.get(URL, {"from": "soon"}))


def test_it_asks_the_database_little_however_many_calls(olga, day, django_assert_max_num_queries):
    olga.get(URL, DAY)  # counts the days that changed
    with django_assert_max_num_queries(90):
        olga.get(URL, DAY)


def test_it_stands_in_the_sidebar_and_on_the_first_page(olga, day):
    assert reverse("admin:streams_report") == URL
    assert olga.get("/admin/").content.decode().count(URL) >= 2
