"""The cues that the product ships with, for a site that has none yet."""

from typing import Any

from django.db import connection

from streams.models import Cue

CALLER = Cue.Who.CALLER
SHIPPED: dict[str, dict[str, Any]] = {  # by key
    "cancel": {
        "name": "Wants to cancel",
        "said": "cancel\ncancellation\nend my contract\nclose my account\nswitch me off\ngive notice",
        "intent": "The caller wants to end a contract, a subscription or an order.",
        "who": CALLER,
        "alerts": True,
    },
    "supervisor": {
        "name": "Asks for a supervisor",
        "said": "supervisor\nyour manager\nyour boss\nsomebody in charge\nsomeone in charge\nperson in charge",
        "intent": "The caller wants to speak with somebody above the person on the line.",
        "who": CALLER,
        "alerts": True,
    },
    "complaint": {
        "name": "Complaint or legal threat",
        "said": "complaint\ncomplain\nlawyer\nattorney\nlegal action\nsue you\ntake you to court\nombudsman\nregulator",
        "intent": "The caller complains formally, or threatens with lawyers, courts, authorities or the press.",
        "who": CALLER,
        "alerts": True,
    },
    "price": {
        "name": "Objects to the price",
        "said": "too expensive\ntoo much money\ncannot afford\ncan't afford\ncheaper\nbetter price\ndiscount",
        "intent": "The caller finds the price too high, or wants a better one.",
        "who": CALLER,
    },
    "competitor": {
        "name": "Names a competitor",
        "said": "competitor\nanother provider\nanother supplier\nother offer\nswitch to",
        "intent": "",
        "is_on": False,  # of use once somebody has written the competitors' names into it
    },
}


def ship_cues(**_: Any) -> None:
    """Create them where there is no cue at all; what a site changed or deleted stays so.

    Follows every `migrate`, also one that stops before there is a table of cues.
    """
    if Cue._meta.db_table not in connection.introspection.table_names() or Cue.objects.exists():
        return
    Cue.objects.bulk_create((Cue(key=key, **fields) for key, fields in SHIPPED.items()), ignore_conflicts=True)
