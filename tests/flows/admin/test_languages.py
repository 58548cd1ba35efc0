"""The page “Languages”: what is missing, and writing it, without overwriting what a colleague wrote."""

import pytest

from flows import drafts, history, publishing
from flows.models import Flow, Step

pytestmark = pytest.mark.django_db
SPANISH = "es-US"


@pytest.fixture
def bilingual(line):
    Flow.objects.filter(pk=line.pk).update(languages=[{"language": SPANISH, "voice": ""}])
    line.refresh_from_db()
    return line


def page(flow):
    return f"/admin/flows/flow/{flow.pk}/languages/"


def write(client, flow, text, revision=None, step="hello"):
    sent = {"revision": flow.revision if revision is None else revision, f"text|{step}|text|{SPANISH}": text}
    return client.post(page(flow), sent, follow=True)


def spanish(flow, step="hello"):
    return flow.steps.get(key=step).settings.get("translations", {}).get(SPANISH, {}).get("text")


def test_what_is_missing_is_counted_marked_and_led_to(admin_client, bilingual):
    shown = admin_client.get(page(bilingual)).content.decode()
    assert "missing in Spanish" in shown
    assert 'id="step-hello"' in shown
    stops = [problem for problem in publishing.draft(bilingual).problems if problem.step == "hello"]
    assert [problem.sentence for problem in stops] == [
        "This text is missing in Spanish. Write it on the page “Languages”."
    ]
    assert f"{page(bilingual)}#step-hello" in admin_client.get(bilingual.get_absolute_url()).content.decode()


def test_a_text_is_written_taken_back_and_survives_the_form_of_its_step(admin_client, bilingual):
    assert "1 text is saved" in write(admin_client, bilingual, "Buenos días.").content.decode()
    assert spanish(bilingual) == "Buenos días."
    step = bilingual.steps.get(key="hello")
    address = f"/admin/flows/flow/{bilingual.pk}/studio/step/hello/"
    bilingual.refresh_from_db()
    form = {"name": "Hello", "text": "Good day.", "exit:next": "goodbye", "revision": bilingual.revision}
    assert "wrong" not in admin_client.post(address, form).json()
    step.refresh_from_db()
    assert step.settings["text"] == "Good day."
    assert spanish(bilingual) == "Buenos días."
    assert "Buenos días." in admin_client.get(address).content.decode()
    bilingual.refresh_from_db()
    for _ in range(2):
        history.undo(bilingual, by=None)
    assert spanish(bilingual) is None


def test_two_people_do_not_overwrite_each_other(admin_client, bilingual):
    opened = bilingual.revision
    write(admin_client, bilingual, "Hola.")
    shown = write(admin_client, bilingual, "Buenas.", revision=opened).content.decode()
    assert "after you opened this page" in shown
    assert ">Buenas.</textarea>" in shown
    assert spanish(bilingual) == "Hola."


def test_another_step_may_have_changed_meanwhile(admin_client, bilingual):
    opened = bilingual.revision
    write(admin_client, bilingual, "Adiós.", step="goodbye")
    write(admin_client, bilingual, "Hola.", revision=opened)
    assert spanish(bilingual) == "Hola."


def test_words_go_where_their_choice_goes(line):
    from flows.models import Exit
    from flows.translations import kept

    menu = drafts.add_step(line, name="Menu", kind="menu")
    drafts.write_exits(menu, [Exit(outcome="1", label="Sales"), Exit(outcome="2", label="Help")], {})
    menu.settings = {"translations": {SPANISH: {"say:1": "ventas", "say:2": "ayuda", "prompt": "Hola"}}}
    swapped = [Exit(outcome="2", label="Sales"), Exit(outcome="1", label="Help")]
    assert kept(menu, swapped)["translations"][SPANISH] == {"say:2": "ventas", "say:1": "ayuda", "prompt": "Hola"}


def test_who_may_not_change_a_flow_reads_only(client, django_user_model, bilingual):
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.get(page(bilingual)).status_code == 403
    assert write(client, bilingual, "Hola.").status_code == 403
    assert not Step.objects.filter(settings__has_key="translations").exists()
