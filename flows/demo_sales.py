"""The demo company's sales line, whose talks are written down as they are spoken: callers are told, then put through.

`EXPECTED` is what is said on the built-in phone's sales call (`streams/phone/scripts/sales.txt`): without an account
the offline recogniser writes it down, and it knows only what it was told to expect.
"""

from collections.abc import Callable

from flows import demo
from flows.models import Flow

NUMBER = "+14155550198"
NAME = "Sales line that listens"

EXPECTED = """\
Hart Tools sales, this is John, how can I help you?
I would like an offer for forty cordless drills
With pleasure, we have plenty of them in our warehouse
How much is one of them?
One cordless drill is ninety dollars
That is too expensive
I understand, may I tell you about our warranty?
Bolt Brothers is a competitor of yours and they are cheaper
Every drill comes with a warranty of three years
What about a discount?
For forty drills I can give you ten percent discount
That sounds much better
When can you deliver?
We deliver within three working days
Great, that is wonderful news
Please send me the offer
I will send you the offer by email tomorrow morning
Thank you very much, goodbye
Thank you for calling, have a lovely day
"""

PUT_THROUGH = {"destination": "sales-desk", "announcement": "One moment, here is our sales team."}

STEPS: demo.Steps = {
    "welcome": ("say", "Welcome", {"text": "Welcome to the sales line of Hart Tools."}),
    "told": ("consent", "Told beforehand", {"notice": "To serve you well, we write down what is said on this call."}),
    "choose": ("menu", "Sales menu", {"prompt": "For a new offer, press 1. For a question, press 2."}),
    "sales": ("transfer", "Sales, written down", {**PUT_THROUGH, "listens": True, "expected": EXPECTED}),
    "unheard": ("transfer", "Sales, nobody listens", PUT_THROUGH),
    "message": (
        "voicemail",
        "Take a message",
        {"prompt": "Please leave your name and your number after the tone, and we call you back."},
    ),
    "goodbye": ("hang_up", "Goodbye", {"text": "Thank you for calling Hart Tools. Goodbye."}),
}
EXITS: demo.Exits = {
    "welcome": {"next": "told"},
    "told": {"agreed": "choose", "declined": "unheard"},
    "choose": {"person": "sales", "no-input": "sales", "no-match": "sales"},
    "sales": {"busy": "message", "no-answer": "message", "failed": "message"},
    "unheard": {"busy": "message", "no-answer": "message", "failed": "message"},
    "message": {"recorded": "goodbye", "nothing-recorded": "goodbye"},
}
CHOICES: demo.Choices = {
    "choose": [("1", "New offer", "new offer, quote", "sales"), ("2", "A question", "a question", "sales")],
}


def load(say: Callable[[str], None] = lambda line: None) -> Flow:
    """Make what is missing of it, beside what `demo.load` made. Raises `publishing.NotPublishable` as that does."""
    flow = demo.drafted("sales-line", NAME, STEPS, EXITS, CHOICES, say)
    demo.put_live(flow, NUMBER, "Hart Tools sales", say)
    return flow
