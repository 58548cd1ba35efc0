"""The flows of the calls in this folder, by the name that a call gives on its first line."""

from flows.engine.machine import Flow
from tests.builders import flow_of


def clinic() -> Flow:
    """A small clinic: hours, a menu, a case number, an assistant, the desk, and a message as the last resort."""
    return flow_of(
        hours=("opening_hours", {"hours": "office"}, {"open": "welcome", "closed": "closed"}),
        welcome=("say", "Welcome to Alder Clinic.", "menu"),
        menu=(
            "menu",
            "For an appointment, press 1. For your test results, press 2. For billing, press 3.",
            {
                "1": ("assistant", "Appointments", "appointment", "book a visit"),
                "2": ("case-number", "Test results", "results"),
                "3": ("desk", "Billing", "invoice", "my bill"),
                "204": ("desk", "Doctor Lee"),
                "no-match-2": "assistant",
                "person": "desk",
                ...: "assistant",
            },
        ),
        case_number=(
            "collect_digits",
            {
                "prompt": "Please enter your case number.",
                "answer": "case_number",
                "mask": "4#####",
                "fewest": 6,
                "most": 6,
            }
            | {"read_back": True},
            {"ok": "desk", ...: "message"},
        ),
        assistant=(
            "agent",
            {"greeting": "You are talking with our automated assistant. How can I help?", "max_turns": 3},
            {"booked": ("bye", "an appointment was made"), "person": "desk", ...: "message"},
        ),
        desk=("transfer", {"destination": "desk"}, "message"),
        closed=("say", "We are closed now.", "message"),
        message=("voicemail", "Please leave a message after the tone.", "bye"),
        bye=("hang_up", "Thank you for calling. Goodbye."),
    )


def pin() -> Flow:
    """A line that asks for a PIN, which is never kept."""
    return flow_of(
        welcome=("say", "Welcome to Alder Bank.", "pin"),
        pin=(
            "collect_digits",
            {"prompt": "Please enter your PIN.", "answer": "pin", "fewest": 4, "most": 4, "do_not_keep": True},
            {"ok": "balance", ...: "assistant"},
        ),
        balance=("say", "Your balance will be sent to you.", "bye"),
        assistant=("agent", {"greeting": "How can I help?"}, "bye"),
        bye=("hang_up", ""),
    )


def visit() -> Flow:
    """A line that makes an appointment: is the caller known, on which day, and what for."""
    return flow_of(
        known=(
            "ask",
            {"prompt": "Have you been here before? Press 1 for yes, 2 for no.", "wants": "yes-no", "answer": "known"},
            {"yes": "day", "no": "desk", "person": "desk", ...: "message"},
        ),
        day=(
            "ask",
            {"prompt": "On which day do you want to come?", "wants": "date", "answer": "day", "read_back": True},
            {"answered": "reason", "person": "desk", ...: "message"},
        ),
        reason=(
            "ask",
            {"prompt": "What is it about?", "answer": "reason"},
            {"answered": "bye", "person": "desk", ...: "message"},
        ),
        desk=("transfer", {"destination": "desk"}, "message"),
        message=("voicemail", "Please leave a message after the tone.", "bye"),
        bye=("hang_up", "Thank you. We will call you back."),
    )


def orders() -> Flow:
    """A shop: orders that begin with 9 go to the desk, and who called in vain twice leaves a message."""
    nine = {"outcome": "case-1", "answer": "order_number", "comparison": "begins", "value": "9"}
    often = {"outcome": "case-1", "answer": "tries", "comparison": "more", "value": "1"}
    return flow_of(
        order=(
            "collect_digits",
            {"prompt": "Please enter your order number.", "answer": "order_number", "fewest": 4, "most": 4},
            {"ok": "which", ...: "message"},
        ),
        which=("branch", {"cases": [nine]}, {"case-1": "desk", "otherwise": "tried"}),
        tried=("set_answer", {"answer": "tries", "how": "add", "text": "1"}, "often"),
        often=("branch", {"cases": [often]}, {"case-1": "message", "otherwise": "order"}),
        desk=("transfer", {"destination": "desk"}, "message"),
        message=("voicemail", "Please leave a message after the tone.", "bye"),
        bye=("hang_up", "Thank you for calling. Goodbye."),
    )


def survey() -> Flow:
    """After a visit: a rating; who is not content is heard, and everybody is thanked with what was said."""
    return flow_of(
        day=(
            "ask",
            {"prompt": "On which day were you here?", "wants": "date", "answer": "day", "days": "past"},
            {"answered": "rate", ...: "bye"},
        ),
        rate=("rate_us", {"prompt": "How was it on [day]? Press 1 to 5."}, {"poor": "sorry", ...: "bye"}),
        sorry=("say", "You gave us [rating]. You call from [callers number], so we can call back.", "desk"),
        desk=("transfer", {"destination": "desk"}, "bye"),
        bye=("hang_up", "Thank you. Goodbye."),
    )


def sales() -> Flow:
    """A line that writes down what callers and its people say, of those who were asked and agreed."""
    return flow_of(
        ask=("consent", {"mode": "asked"}, {"agreed": "menu", "declined": "unheard"}),
        menu=("menu", "For a quote, press 3.", {"3": ("listening", "Quote", "quote"), ...: "listening"}),
        listening=("transfer", {"destination": "desk", "listens": True}, "message"),
        unheard=("say", "Nothing is written down. One moment, please.", "message"),
        message=("voicemail", "Please leave a message after the tone.", "bye"),
        bye=("hang_up", "Thank you for calling. Goodbye."),
    )


FLOWS = {"clinic": clinic, "pin": pin, "visit": visit, "orders": orders, "survey": survey, "sales": sales}
