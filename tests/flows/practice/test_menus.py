"""Rules about menus: each with a menu that breaks it, and one that keeps it."""

from dataclasses import replace

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

BYE = ("hang_up", "Goodbye.")
DESK = ("transfer", {"destination": "desk"}, "bye")


def menu(prompt="For billing, press 1.", *, settings=None, **options):
    """A line with one menu; `options` are key=label, with the keys as k1, k2, star and pound."""
    keys = {"star": "*", "pound": "#"}
    choices = {keys.get(key, key.removeprefix("k")): ("desk", label) for key, label in options.items()}
    return flow_of(menu=("menu", {"prompt": prompt, **(settings or {})}, {**choices, ...: "desk"}), desk=DESK, bye=BYE)


def of(count):
    names = ["Billing", "Sales", "Parts", "Repairs", "Jobs", "Press", "Events", "Music", "Wine", "Cheese"]
    return {f"k{n}": names[n - 1] for n in range(1, min(count, 9) + 1)} | ({"star": "Back"} if count > 9 else {})


def test_more_than_five_choices_are_many_and_more_than_nine_too_many():
    assert said_by("M01", menu(**of(5))) == []
    assert said_by("M01", menu(**of(6))) == [("menu", "options", "warning")]
    assert said_by("M01", menu(**of(10))) == [("menu", "options", "error")]


def test_extensions_are_not_choices_to_remember():
    assert said_by("M01", menu(**{f"k20{n}": f"Name{n}" for n in range(9)})) == []


def line_of_menus(count):
    menus = {f"m{n}": ("menu", "Go on?", {"1": f"m{n + 1}", ...: "desk"}) for n in range(count)}
    return flow_of(**menus, **{f"m{count}": BYE}, desk=("transfer", {"destination": "desk"}, f"m{count}"))


def test_a_fourth_menu_in_a_row_is_one_too_many():
    assert said_by("M02", line_of_menus(3)) == []
    assert said_by("M02", line_of_menus(5)) == [("m3", "", "warning")]


def test_a_menu_without_anybody_behind_it_is_an_error():
    lonely = flow_of(menu=("menu", "Well?", {"1": "facts", ...: "bye"}), facts=("say", "Facts.", "bye"), bye=BYE)
    assert said_by("M03", lonely) == [("menu", "exit:person", "error")]
    assert said_by("M03", menu(k1="Billing")) == []


def test_a_flow_without_menus_needs_nobody():
    assert said_by("M03", flow_of(facts=("say", "We are closed today.", "bye"), bye=BYE)) == []


def test_a_message_is_as_good_as_a_person():
    flow = flow_of(menu=("menu", "Well?", {"1": "tape", ...: "tape"}), tape=("voicemail", {}, "bye"), bye=BYE)
    assert said_by("M03", flow) == []


def test_0_reaches_a_person_or_nothing():
    opening = ("menu", "Well?", {"0": ("facts", "Opening hours"), ...: "desk"})
    flow = flow_of(menu=opening, facts=("say", "From 9 to 5.", "bye"), desk=DESK, bye=BYE)
    assert said_by("M04", flow) == [("menu", "exit:0", "error")]
    assert said_by("M04", menu(k0="Reception")) == []


def test_0_is_offered_where_people_take_calls():
    assert said_by("M04", menu(k1="Billing", settings={"offer_person": False})) == [("menu", "offer_person", "warning")]
    assert said_by("M04", menu(k1="Billing")) == []


def test_star_pound_and_9_mean_what_they_mean_elsewhere():
    assert said_by("M05", menu(star="Sales", k9="Cancel my contract")) == [
        ("menu", "exit:*", "warning"),
        ("menu", "exit:9", "warning"),
    ]
    assert said_by("M05", menu(star="Back to the main menu", pound="Skip this", k9="Hear it again")) == []


def test_yes_is_1_and_no_is_2():
    assert [field for _, field, _ in said_by("M06", menu(k1="No", k2="Yes"))] == ["exit:1", "exit:2"]
    assert said_by("M06", menu(k1="Yes", k2="No")) == []


def test_the_key_comes_last():
    assert said_by("M07", menu("Press 1 for billing.", k1="Billing")) == [("menu", "prompt", "warning")]
    assert said_by("M07", menu("For billing, press 1. For sales, press 2.", k1="Billing", k2="Sales")) == []


def test_keys_are_offered_in_order_and_without_gaps():
    ordered, mixed = "For sales, press 1. For parts, press two.", "For parts, press 2. For sales, press 1."
    assert said_by("M08", menu(mixed, k1="Sales", k2="Parts")) == [("menu", "options", "warning")]
    assert said_by("M08", menu(ordered, k1="Sales", k3="Parts")) == [("menu", "options", "warning")]
    assert said_by("M08", menu(ordered, k1="Sales", k2="Parts", k9="Hear it again")) == []


def test_choices_have_names_that_differ():
    assert said_by("M09", menu(k1="Order status", k2="The status of my order")) == [("menu", "exit:2", "warning")]
    assert said_by("M09", menu(k1="Support", k2="Technical support")) == [("menu", "exit:2", "warning")]
    assert said_by("M09", menu(k1="Balance", k2="Return address")) == []


def test_one_question_at_a_time():
    assert said_by("M10", menu("Are you a customer? Or do you want to be one?")) == [("menu", "prompt", "warning")]
    assert said_by("M10", menu("What is it about?")) == []


def test_for_billing_say_billing_is_a_hint():
    assert said_by("M11", menu("For billing, say “billing”.")) == [("menu", "prompt", "hint")]
    assert said_by("M11", menu("Billing, or sales?")) == []


def test_a_menu_is_short_and_so_is_each_choice():
    assert said_by("M12", menu("For sales, press 1. " * 16)) == [("menu", "prompt", "warning")]
    assert said_by("M12", menu("For sales, press 1. " * 23)) == [("menu", "prompt", "error")]
    wordy = "If you would like to talk with one of our colleagues in billing about a bill, please press 1."
    assert said_by("M12", menu(wordy)) == [("menu", "prompt", "warning")]
    assert said_by("M12", menu("For your balance, press 1. Or just say it.")) == []


def test_one_thing_has_one_key_throughout():
    def flow(key):
        first, second = {"1": ("two", "Billing"), ...: "desk"}, {key: ("desk", "billing"), ...: "desk"}
        return flow_of(one=("menu", "A.", first), two=("menu", "B.", second), desk=DESK, bye=BYE)

    assert said_by("M14", flow("2")) == [("two", "exit:2", "hint")]
    assert said_by("M14", flow("1")) == []


def test_rules_about_words_leave_other_languages_alone():
    flow = menu("Press 1 for billing. Press 1 to go.", star="Vertrieb")
    assert said_by("M07", replace(flow, language="de-DE")) == said_by("M05", replace(flow, language="de-DE")) == []


def test_a_scale_is_no_menu():
    words = {"k1": "Very poor", "k2": "Poor", "k3": "Good", "k4": "Very good"}
    scale = menu("From 4, very good, press 4, to 1, very poor, press 1.", settings={"offer_person": False}, **words)
    assert said_by("M04", scale) == said_by("M08", scale) == said_by("M09", scale) == []
