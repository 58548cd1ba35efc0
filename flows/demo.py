"""The demo company, Hart Tools: a published line with menus, an account number, opening hours and an AI step.

Data first, then the few functions that store it. Everything may be loaded again: rows are found by their keys, a flow
that exists is left as people made it.
"""

from collections.abc import Callable
from datetime import time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from flows import drafts, publishing
from flows.models import Destination, Exit, Flow, FlowVersion, Holiday, OpeningHours, OpenPeriod, PhoneNumber, Step

NUMBER = "+14155550199"
PASSWORD = "callwright-demo"  # noqa: S105  (documented, and only for sites on this machine)

PEOPLE: list[tuple[str, str, str, list[str]]] = [
    # user name, first name, last name, roles
    ("maria", "Maria", "Lopez", ["builder"]),
    ("paul", "Paul", "Becker", ["publisher"]),
    ("olga", "Olga", "Novak", ["supervisor", "billing"]),
]

DESTINATIONS = {"support-desk": ("Support desk", "+14155550123"), "sales-desk": ("Sales desk", "+14155550124")}

WEEK = [(weekday, time(8), time(18)) for weekday in range(5)] + [(5, time(9), time(13))]
HOLIDAYS = [("New Year’s Day", 1, 1), ("Christmas Day", 12, 25)]

KNOWLEDGE = [
    (
        "opening hours|when are you open|opening times|what time do you close",
        "We are open Monday to Friday from eight to six, and Saturday from nine to one.",
    ),
    (
        "return address|where do I send it back|return a tool|send something back",
        "Send returns to Hart Tools, 12 Mill Road, Oakland, California. Put your order number in the box.",
    ),
    (
        "warranty|how long is the warranty|is it under warranty|guarantee",
        "Every Hart tool has a warranty of three years from the day you bought it. Keep the receipt.",
    ),
    (
        "delivery time|how long does delivery take|when does my order arrive|shipping",
        "Orders leave our warehouse the next working day, and arrive within three working days.",
    ),
    (
        "spare parts|replacement part|battery|where do I get parts",
        "We keep spare parts for ten years. The part number is on the plate under the handle.",
    ),
    (
        "drill is broken|my drill does not work|repair|broken tool",
        "We repair all our tools. Send it to us with a note, and we write to you before anything costs money.",
    ),
]

# key: (kind, name, settings)
Steps = dict[str, tuple[str, str, dict[str, Any]]]
STEPS: Steps = {
    "greeting": ("say", "Greeting", {"text": "Thank you for calling Hart Tools."}),
    "main": (
        "menu",
        "Main menu",
        {
            "prompt": "For billing, press 1. For technical support, press 2. For sales, press 3. Or just say it.",
            "offer_person": True,
        },
    ),
    "account": (
        "collect_digits",
        "Account number",
        {
            "prompt": "Please type your six digit account number.",
            "answer": "account_number",
            "fewest": 6,
            "most": 6,
            "read_back": True,
        },
    ),
    "billing": (
        "menu",
        "Billing menu",
        {"prompt": "For your balance, press 1. For our return address, press 2.", "offer_person": True},
    ),
    "balance": ("say", "Balance", {"text": "Your last bill was paid in full. Your balance is zero dollars."}),
    "returns": (
        "say",
        "Return address",
        {"text": "Our return address is Hart Tools, 12 Mill Road, Oakland, California."},
    ),
    "hours": ("opening_hours", "Are we open?", {"hours": "office"}),
    "to-support": (
        "transfer",
        "To support",
        {"destination": "support-desk", "announcement": "One moment, please. I am putting you through to support."},
    ),
    "to-sales": (
        "transfer",
        "To sales",
        {"destination": "sales-desk", "announcement": "One moment, please. I am putting you through to sales."},
    ),
    "helper": (
        "agent",
        "Helper",
        {
            "instructions": "Answer questions about Hart Tools from what you know, in one or two short sentences. "
            "Never promise a refund, a price or a date. When you do not know, offer a person.",
            "greeting": "Let me try to help. I am the automated assistant of Hart Tools. What is it about?",
            "knowledge": [{"question": question, "answer": answer} for question, answer in KNOWLEDGE],
        },
    ),
    "voicemail": (
        "voicemail",
        "Voicemail",
        {
            "prompt": "Nobody can take your call right now. Please leave your name, your number and a message "
            "after the tone. Press pound when you are done."
        },
    ),
    "goodbye": ("hang_up", "Goodbye", {"text": "Thank you for calling Hart Tools. Goodbye."}),
}

# step: outcomes and where they lead
Exits = dict[str, dict[str, str]]
EXITS: Exits = {
    "greeting": {"next": "main"},
    "main": {"person": "hours", "no-input": "goodbye", "no-match": "helper", "no-match-2": "helper"},
    "account": {"ok": "billing", "person": "hours", "no-input": "goodbye", "no-match": "helper"},
    "billing": {"person": "hours", "no-input": "goodbye", "no-match": "helper", "no-match-2": "helper"},
    "balance": {"next": "goodbye"},
    "returns": {"next": "goodbye"},
    "hours": {"open": "to-support", "closed": "voicemail"},
    "to-support": {"busy": "voicemail", "no-answer": "voicemail", "failed": "voicemail"},
    "to-sales": {"busy": "voicemail", "no-answer": "voicemail", "failed": "voicemail"},
    "helper": {"person": "to-support", "could-not-help": "to-support", "limit": "voicemail", "failed": "to-support"},
    "voicemail": {"recorded": "goodbye", "nothing-recorded": "goodbye"},
}

# step: choices as (key or name, label, what callers may say, where it leads)
Choices = dict[str, list[tuple[str, str, str, str]]]
CHOICES: Choices = {
    "main": [
        ("1", "Billing", "billing, invoice, my bill", "account"),
        ("2", "Technical support", "technical support, support", "hours"),
        ("3", "Sales", "sales", "to-sales"),
    ],
    "billing": [
        ("1", "Balance", "balance, my balance", "balance"),
        ("2", "Return address", "return address, address", "returns"),
    ],
    "helper": [("solved", "The caller is helped", "that is all, no thank you, goodbye", "goodbye")],
}


def load(say: Callable[[str], None] = lambda line: None, *, password: str = PASSWORD) -> Flow:
    """Make what is missing of the demo company, and tell each act in a line. Gives back its flow.

    Raises `publishing.NotPublishable` when the prompts cannot be rendered; everything else is kept, so that it can be
    run again.
    """
    people(password, say)
    with transaction.atomic():
        places(say)
        flow = main_line(say)
    put_live(flow, NUMBER, "Hart Tools", say)
    return flow


def put_live(flow: Flow, number: str, label: str, say: Callable[[str], None] = lambda line: None) -> None:
    """Publish a flow of the demo that never was, and put it on a number that has none. Raises as `load` does."""
    by = get_user_model().objects.get(username="paul")
    version = publishing.latest(flow) or _published(flow, by, say)
    line, _ = PhoneNumber.objects.get_or_create(number=number, defaults={"label": label})
    if line.version is None:
        publishing.go_live(line, version, by=by, why="The first version of the demo.")
        say(f"{version} is live on {line}.")


def people(password: str, say: Callable[[str], None] = lambda line: None) -> None:
    """Three people in their roles, and a superuser. Passwords of people who are there already are left alone."""
    users = get_user_model().objects
    for name, first, last, roles in PEOPLE:
        if users.filter(username=name).exists():
            continue
        person = users.model(username=name, first_name=first, last_name=last, is_staff=True)
        person.set_password(password)  # slow on purpose, so it holds no lock
        with transaction.atomic():
            person.save()
            person.groups.set(Group.objects.filter(name__in=roles))
        say(f"{first} may sign in as {name} ({', '.join(roles)}).")
    if not users.filter(username="admin").exists():
        users.create_superuser("admin", password=password)
        say("The superuser is called admin.")


def places(say: Callable[[str], None] = lambda line: None) -> None:
    """The desks calls are put through to, and the office's hours."""
    for key, (name, number) in DESTINATIONS.items():
        Destination.objects.get_or_create(key=key, defaults={"name": name, "number": number})
    hours, is_new = OpeningHours.objects.get_or_create(key="office", defaults={"name": "Office"})
    if is_new:
        for weekday, opens, closes in WEEK:
            OpenPeriod.objects.create(hours=hours, weekday=weekday, opens=opens, closes=closes)
        for name, month, day in HOLIDAYS:
            Holiday.objects.create(hours=hours, name=name, month=month, day=day)
        say("Hart Tools has two desks, and opening hours with their holidays.")


def main_line(say: Callable[[str], None] = lambda line: None) -> Flow:
    """The draft of the flow. One that exists is left as it is."""
    return drafted("main-line", "Main line", STEPS, EXITS, CHOICES, say)


def drafted(
    slug: str, name: str, kinds: Steps, exits: Exits, choices: Choices, say: Callable[[str], None] = lambda line: None
) -> Flow:
    """The draft of a flow from tables like those above; it begins with the first step. One that exists stays."""
    flow, is_new = Flow.objects.get_or_create(slug=slug, defaults={"name": name})
    if not is_new:
        return flow
    steps = {
        key: Step.objects.create(flow=flow, key=key, kind=kind, name=title, settings=settings, place=place)
        for place, (key, (kind, title, settings)) in enumerate(kinds.items())
    }
    for key, step in steps.items():
        options = [
            Exit(outcome=outcome, label=label, phrases=phrases, goes_to=steps[goes_to])
            for outcome, label, phrases, goes_to in choices.get(key, [])
        ]
        drafts.write_exits(step, options, {outcome: steps[there] for outcome, there in exits.get(key, {}).items()})
    flow.start = steps[next(iter(kinds))]
    flow.save()
    say(f"The flow “{flow}” has {len(steps)} steps.")
    return flow


def _published(flow: Flow, by: Any, say: Callable[[str], None]) -> FlowVersion:
    say("Making the prompts…")
    version = publishing.publish(flow, by=by, notes="The demo company.")
    say(f"{version} is published, with {version.report['prompts']} prompts.")
    return version
