"""The pages of cues, and what they make of calls: the list, the report, the call's page, the alert."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from streams.admin import cue
from streams.ai.provider import ProviderUnavailable
from streams.alerts import looks, watching
from streams.listening.judging import Judgement
from streams.listening.shipped import ship_cues
from streams.models import Alert, AlertRule, Call, Cue, CueMark
from tests.flows.pages import fill_in, text_of
from tests.flows.test_help import without_help
from tests.streams.admin.test_alert import in_role
from tests.streams.listening.talks import a_talk
from tests.streams.made import a_call

LIST, ADD, TRY = (reverse(f"admin:streams_cue_{name}") for name in ("changelist", "add", "try"))
CALLS = reverse("admin:streams_call_changelist")
pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped():
    Cue.objects.all().delete()
    ship_cues()


def test_a_cue_is_made_and_changed_and_keeps_its_key(shipped):
    client = in_role("supervisor")
    fill_in(client, ADD, "own-form", name="Names Acme", said="acme\n  acme tools \nacme")
    made = Cue.objects.get(name="Names Acme")
    assert (made.key, made.phrases, made.alerts, made.is_on, made.who) == (
        "names-acme",
        ["acme", "acme tools"],
        False,
        True,
        "",
    )
    fill_in(client, made.get_absolute_url(), "own-form", name="Names a rival", alerts="on")
    made.refresh_from_db()
    assert (made.key, made.name, made.alerts) == ("names-acme", "Names a rival", True)
    fill_in(client, ADD, "own-form", name="Names Acme", said="x")
    assert Cue.objects.get(name="Names Acme").key == "names-acme-2"


def test_a_cue_is_found_when_denied_until_somebody_unticks_that(shipped):
    client = in_role("supervisor")
    fill_in(client, ADD, "own-form", name="Leaves", said="end my contract\nkündigen")
    made = Cue.objects.get(name="Leaves")
    assert all(Cue.objects.values_list("when_denied", flat=True))
    for sentence in ("I do not want to end my contract", "Ich will nicht kündigen"):
        assert "Leaves by the words" in text_of(client.post(TRY, {"sentence": sentence, "who": "caller"}))

    fill_in(client, made.get_absolute_url(), "own-form", when_denied=None)
    for sentence in ("I do not want to end my contract", "Ich will nicht kündigen"):
        assert "Leaves by the words" not in text_of(client.post(TRY, {"sentence": sentence, "who": "caller"}))
    assert "Leaves by the words" in text_of(client.post(TRY, {"sentence": "No, end my contract", "who": "caller"}))
    assert "on all flows. Not when it is denied." in text_of(client.get(LIST))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"said": ""}, "Write words to look for, or say below what is meant."),
        ({"said": "…"}, "holds no word that could be heard"),
        ({"said": "x" * 81}, "is too long"),
        ({"said": "\n".join(f"a{n}" for n in range(61))}, "60 phrases at most"),
        ({"name": "Wants to cancel"}, "already exists"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(shipped, typed, says):
    assert says in text_of(fill_in(in_role("supervisor"), ADD, "own-form", **{"name": "New", "said": "x"} | typed))
    assert Cue.objects.count() == 5


def test_each_field_has_help():
    assert without_help(in_role("supervisor").get(ADD)) == []


def test_a_sentence_is_tried_and_stands_in_no_address(shipped):
    client = in_role("operations viewer")
    shown = text_of(client.post(TRY, {"sentence": "I am cancelling, <b>get your manager</b>", "who": "caller"}))
    assert "Wants to cancel by the words “cancel”" in shown
    assert "Asks for a supervisor by the words “your manager”" in shown
    assert "It would mark nothing." in text_of(client.post(TRY, {"sentence": "I cancel", "who": "person"}))
    assert "Write a sentence to try." in text_of(client.post(TRY, {"sentence": " ", "who": "nobody"}))
    assert client.get(TRY).status_code == 405


def test_words_are_tried_in_every_language_that_calls_may_be_in(shipped):
    Cue.objects.filter(key="cancel").update(said="kündigen")
    shown = text_of(in_role("operations viewer").post(TRY, {"sentence": "Ich habe gekündigt", "who": "caller"}))
    assert "Wants to cancel by the words “kündigen” on calls in German" in shown


def test_what_is_meant_is_asked_of_the_model_and_its_silence_is_said(shipped, monkeypatch):
    class Judge:
        fails = False

        async def judge(self, lines, intents=(), *, new=0):
            if self.fails:
                raise ProviderUnavailable("No.")
            return Judgement(by="OpenAI gpt-x", meant=((intents[0], 0),))

    judge = Judge()
    monkeypatch.setattr(cue.readers, "mood_judge", lambda: judge)
    client = in_role("operations viewer")
    assert "by what is meant (OpenAI gpt-x)" in text_of(
        client.post(TRY, {"sentence": "Enough of this", "who": "caller"})
    )
    judge.fails = True
    shown = text_of(client.post(TRY, {"sentence": "cancel", "who": "caller"}))
    assert "The model did not answer, so only the words were looked for." in shown
    assert "Wants to cancel" in shown


def test_operations_look_supervisors_set_and_builders_see_nothing(shipped):
    one = Cue.objects.get(key="cancel")
    viewer, builder = in_role("operations viewer"), in_role("builder")
    assert [viewer.get(LIST).status_code, viewer.get(one.get_absolute_url()).status_code] == [200, 200]
    assert [viewer.get(ADD).status_code, viewer.post(one.get_absolute_url(), {}).status_code] == [403, 403]
    assert [builder.get(LIST).status_code, builder.post(TRY, {"sentence": "x"}).status_code] == [403, 403]


def test_the_list_and_an_empty_one_say_what_is_watched(shipped):
    shown = text_of(in_role("operations viewer").get(LIST))
    assert "Wants to cancel raises an alert" in shown
    assert "Names a competitor marks the call not watched" in shown
    Cue.objects.all().delete()
    assert "No cue yet." in text_of(in_role("supervisor").get(LIST))


# --- what they make of calls ------------------------------------------------------------------------------------------


def test_a_calls_page_shows_the_talk_with_links_into_the_transcript(signed_in):
    call = a_talk()
    response = signed_in("view_call", "view_transcript").get(call.get_absolute_url())
    shown, page = text_of(response), response.content.decode()
    for said in (
        "Mood of the caller negative → positive",
        "the person 72 % (9 s), the caller 28 %",
        "the person, 6 s",
        "1 by the caller, 0 by the person",
        "by Friday",
        "Promises found by Patterns (offline).",
        "Somebody began, with 2 words or more",
        "is marked: Wants to cancel",
        "caller sounds negative, about bill",
    ):
        assert said in shown, said
    for place in (0, 1, 2):
        assert f'id="said-{place}"' in page
        assert f'href="#said-{place}"' in page


def test_who_may_not_read_what_was_said_sees_nothing_of_the_talk(signed_in):
    shown = text_of(signed_in("view_call").get(a_talk().get_absolute_url()))
    assert "The talk" not in shown
    assert "sounds negative" not in shown
    assert "better offer" not in shown


def test_calls_are_found_by_cue_by_who_may_read_them(signed_in, shipped):
    call, _ = a_talk(), a_talk(lines=())
    reads, looks = signed_in("view_call", "view_transcript"), signed_in("view_call")
    assert [row.pk for row in reads.get(CALLS, {"cue": "cancel"}).context["cl"].queryset] == [call.pk]
    assert list(reads.get(CALLS, {"cue": "price"}).context["cl"].queryset) == []
    assert "cue=cancel" not in looks.get(CALLS).content.decode()


def test_the_report_counts_cues_by_flow_and_leads_to_their_calls(signed_in):
    began = timezone.now() - timedelta(minutes=30)
    call = a_talk(began_at=began, answered_at=began)
    Call.objects.filter(pk=call.pk).update(ended_at=began + timedelta(seconds=30))
    day = timezone.localdate(began).isoformat()
    client = signed_in("view_call", "view_transcript")
    response = client.get(reverse("admin:streams_report"), {"from": day, "to": day, "range": "custom"})
    [row] = response.context["cues"]
    assert (row["name"], row["flow"], row["calls"], row["times"]) == ("Wants to cancel", "Main line", 1, 1)
    assert [found.pk for found in client.get(row["url"]).context["cl"].queryset] == [call.pk]
    assert "Wants to cancel" in text_of(response)
    hidden = signed_in("view_call").get(reverse("admin:streams_report"), {"from": day, "to": day})
    assert "Cues that were said" not in text_of(hidden)


def test_a_cue_that_is_said_on_every_call_fills_no_letter_box():
    AlertRule.objects.exclude(key="cue").update(active=False)
    now = timezone.now().replace(minute=50)

    def said(minutes_ago, calls):
        CueMark.objects.bulk_create(
            CueMark(
                call=a_call(),
                key="cancel",
                name="Cancel",
                at=1,
                seq=1,
                said_at=now - timedelta(minutes=minutes_ago, seconds=-place),
                alerts=True,
            )
            for place in range(calls)
        )

    said(20, calls=looks.CUES_ALONE + 5)
    watching.watch(now)
    titles = list(Alert.objects.values_list("title", flat=True))
    assert len(titles) == looks.CUES_ALONE + 1
    assert f"“Cancel” on more than {looks.CUES_ALONE} calls within an hour" in titles
    said(14, calls=5)
    watching.watch(now + timedelta(minutes=45))  # only the last five are within the hour that is looked at
    assert Alert.objects.count() == looks.CUES_ALONE + 1


def test_a_cue_with_an_alert_is_told_once_for_a_call_without_its_words(signed_in):
    AlertRule.objects.exclude(key="cue").update(active=False)
    AlertRule.objects.filter(key="cue").update(emails="desk@example.com")
    now = timezone.now()
    call = a_talk()
    CueMark.objects.filter(call=call).update(said_at=now - timedelta(minutes=5))
    watching.watch(now)
    watching.watch(now + timedelta(minutes=1))
    alert = Alert.objects.get()
    assert (alert.title, alert.figure) == ("“Wants to cancel” on a call of Main line", "said 1 time on one call")
    assert alert.notices.count() == 1
    assert "contract" not in f"{alert.title}{alert.figure}{alert.behind}{alert.notices.get().says}"
    page = signed_in("view_call", "view_alert").get(alert.get_absolute_url()).content.decode()
    assert f"id__exact={call.pk}" in page
    listed = signed_in("view_call").get(f"{CALLS}?{alert.behind}")
    assert [row.pk for row in listed.context["cl"].queryset] == [call.pk]
    watching.watch(now + timedelta(hours=2))
    alert.refresh_from_db()
    assert alert.closed_at
    assert alert.notices.count() == 1  # nobody is told that it is over


def test_a_mark_without_an_alert_tells_nobody():
    call = a_talk()
    CueMark.objects.filter(call=call).update(said_at=timezone.now(), alerts=False)
    watching.watch(timezone.now())
    assert not Alert.objects.filter(rule__kind="cue").exists()
