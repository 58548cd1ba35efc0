"""A lookup in a file: where to ask, what is sent and what is read. Its secret is no part of it."""

from functools import partial
from typing import Any

from flows.models.lookups import FORM_CHOICES
from flows.portable.describing import LookupFile
from flows.portable.outline import Complaint, Part, Unreadable, Written
from flows.portable.taking import Taking, folded
from flows.portable.wording import NO, YES, truth

MOST_ROWS = 40
METHODS = {"GET": "read", "POST": "send"}
FORMS = dict(FORM_CHOICES)
TEXTS = {"purpose": ("when to use it", 200), "address": ("address", 500), "header": ("name of the secret header", 60)}


def in_words(lookup: LookupFile) -> Written:
    """The part of a file for this lookup."""
    about = lookup.about
    said: dict[str, Written] = {"name": lookup.name}
    said |= {words: about[name] for name, (words, _) in TEXTS.items() if about.get(name)}
    said["how to ask"] = METHODS[about["method"]]
    said["longest wait"] = f"{about['seconds']} seconds"
    said["it changes something"] = YES[0] if about["changes"] else NO[0]
    if about["sends"]:
        said["what is sent"] = [_send_in_words(row) for row in about["sends"]]
    if about["finds"]:
        said["what is read"] = [{"what it is": row["name"], "where it stands": row["path"]} for row in about["finds"]]
    return said


def lookup_of(part: Part) -> LookupFile:
    """The lookup that a part describes. Raises `Unreadable`. Whether its address may be asked is checked later."""
    taking = Taking(part, "this lookup")
    name = taking.text("name", longest=80, required=True)
    about: dict[str, Any] = {each: taking.text(words, longest=most) for each, (words, most) in TEXTS.items()}
    about["method"] = _method(taking)
    seconds = taking.text("longest wait", longest=20).partition(" ")[0] or "4"
    about["seconds"] = int(seconds) if seconds in ("1", "2", "3", "4", "5") else 0
    if not about["seconds"]:
        taking.complain(taking.line, "Choose 1 to 5 seconds as the longest wait: callers wait on the line.")
    changes = taking.text("it changes something", longest=10) or NO[0]
    about["changes"] = taking.attempt(lambda: truth(changes, taking.line), False)
    sends, finds = taking.rows("what is sent", MOST_ROWS), taking.rows("what is read", MOST_ROWS)
    about["sends"] = [taking.attempt(partial(_send, row), dict[str, str]()) for row in sends]
    about["finds"] = [taking.attempt(partial(_find, row), dict[str, str]()) for row in finds]
    taking.finish()
    return LookupFile(name=name, about=about, line=part.line)


def _method(taking: Taking) -> str:
    said = folded(taking.text("how to ask", longest=40) or METHODS["GET"])
    found = next((method for method, words in METHODS.items() if said in (words, method.casefold())), "")
    if not found:
        taking.complain(taking.line, "Write “how to ask: read” or “how to ask: send”.")
    return found


def _send_in_words(row: dict[str, str]) -> Written:
    said = {"field": row["name"], "what callers give": FORMS.get(row["form"], row["form"])}
    return said | ({"what it is": row["hint"]} if row["hint"] else {})


def _send(part: Part) -> dict[str, str]:
    taking = Taking(part, "this field")
    name = taking.text("field", longest=40, required=True)
    hint = taking.text("what it is", longest=120)
    said = taking.text("what callers give", longest=60) or FORMS["text"]
    taking.finish()
    form = next((form for form, words in FORMS.items() if folded(said) in (folded(words), form)), "")
    if not form:
        sentence = f"“{said}” cannot be given. Write one of: {'; '.join(FORMS.values())}."
        raise Unreadable([Complaint(part.line, sentence)])
    return {"name": name, "hint": hint, "form": form}


def _find(part: Part) -> dict[str, str]:
    taking = Taking(part, "this row")
    row = {"name": taking.text("what it is", longest=40, required=True)}
    row["path"] = taking.text("where it stands", longest=120, required=True)
    taking.finish()
    return row
