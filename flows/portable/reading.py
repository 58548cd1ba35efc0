"""From the text of a file to what it says of a flow, or to complaints that name its lines.

A flow may be half-finished: what is missing is a problem of the draft, as on the pages. What is refused here cannot be
understood, or could not be stored.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flows.engine.languages import LANGUAGES as KNOWN
from flows.engine.languages import Language
from flows.engine.schedule import Schedule
from flows.engine.step import REGISTRY, params
from flows.engine.stored_settings import SettingsError, build
from flows.models import Plays
from flows.portable import wording
from flows.portable.describing import CallFile, Choice, FlowFile, LookupFile, StepFile, WaiverFile
from flows.portable.line_parts import in_languages, language_named, truth, what_is_kept
from flows.portable.lookup_words import lookup_of
from flows.portable.outline import Complaint, Fields, Part, Rows, Text, Unreadable, read
from flows.portable.taking import Taking, folded
from flows.portable.week import hours_of
from flows.portable.writing import LANGUAGES, USUAL_VOICE
from flows.stepform import named_by_label

MOST_STEPS, MOST_CHOICES, MOST_TESTS, MOST_PLACES = 300, 100, 300, 100
LONGEST_TEST = 20_000


def file_of(text: str) -> FlowFile:
    """What this file says. Raises `Unreadable` with everything that is wrong, not only the first."""
    whole = read(text)
    if not isinstance(whole, Fields):
        raise Unreadable([Complaint(0, "This is no file of a flow. Such a file begins with “flow:” and its name.")])
    taking = Taking(whole, "a flow")
    line = _line(taking)
    hours = _each(taking, "opening hours", MOST_PLACES, hours_of)
    destinations = _destinations(taking)
    lookups = _each(taking, "lookups", MOST_PLACES, lookup_of)
    steps = _each(taking, "steps", MOST_STEPS, _step)
    tests, waivers = _beside(taking, "test calls", _test), _beside(taking, "waivers", _waiver)
    for what, names in {"opening hours": hours, "lookups": lookups, "steps": steps}.items():
        _only_once(taking, what, names)
    _exits_lead_somewhere(taking, steps, line["start"])
    taking.finish()
    start = line.pop("start") or (steps[0].name if steps else "")
    return FlowFile(
        **line,
        start=start,
        hours=tuple(hours),
        destinations=destinations,
        lookups=tuple(lookups),
        steps=tuple(steps),
        tests=tests,
        waivers=waivers,
    )


def _line(taking: Taking) -> dict[str, Any]:
    """The line itself, by the names of `FlowFile`."""
    found: dict[str, Any] = {"name": taking.text("flow", longest=80, required=True)}
    found["about"] = taking.text("for whom", longest=500)
    said = taking.text("language", longest=60) or "en-US"
    found["language"] = next(
        (code for code, words in LANGUAGES.items() if folded(said) in map(folded, (code, words))), ""
    )
    if not found["language"]:
        taking.complain(taking.line, f"“{said}” is not a language here. Write one of: {'; '.join(LANGUAGES.values())}.")
    found["languages"] = _further(taking)
    for name, words in (("voice", "voice"), ("transcriber", "what listens"), ("agent", "assistant")):
        found[name] = taking.text(words, longest=40)
    found["discloses_ai"] = truth(taking, "says that it is an AI", usual=True)
    found |= what_is_kept(taking, found["languages"])
    found["cost_centre"] = taking.text("cost centre", longest=40)
    found["start"] = taking.text("calls begin at", longest=90)
    return found


def _further(taking: Taking) -> tuple[Language, ...]:
    """The further languages, each with its voice."""
    rows, found = Taking(taking.part("further languages") or Text(""), "the further languages"), []
    for said, part in rows.rest():
        code = language_named(said.text)
        voice = rows.attempt(partial(wording.text_of, part, 40), "").strip()
        if code:
            found.append(Language(code=code, voice="" if folded(voice) == folded(USUAL_VOICE) else voice))
        else:
            rows.unknown(said, [each.name for each in KNOWN.values()])
    taking.complaints += rows.complaints
    return tuple(found)


def _each(taking: Taking, name: str, most: int, read_one: Any) -> list[Any]:
    found = [taking.attempt(partial(read_one, row), None) for row in taking.rows(name, most)]
    return [each for each in found if each is not None]


def _destinations(taking: Taking) -> Mapping[str, str]:
    listed = taking.part("destinations") or Text("")
    if not isinstance(listed, Fields) and listed != Text("", listed.line):
        taking.complain(listed.line, "Write each destination as its name and its number: “Sales desk: +14155550124”.")
    found = {}
    for name, number in listed.fields if isinstance(listed, Fields) else ():
        found[name.text.strip()] = taking.attempt(partial(wording.text_of, number, 40), "").strip()
        if not 0 < len(name.text.strip()) <= 80:
            taking.complain(name.line, "A destination has a name of at most 80 characters.")
    return found


def _only_once(taking: Taking, what: str, named: list[Schedule] | list[LookupFile] | list[StepFile]) -> None:
    seen = set[str]()
    for each in named:
        if each.name in seen:
            taking.complain(
                getattr(each, "line", 0), f"“{each.name}” stands twice under “{what}”. Give each its own name."
            )
        seen.add(each.name)


def _exits_lead_somewhere(taking: Taking, steps: list[StepFile], start: str) -> None:
    known = {step.name for step in steps}
    if start and start not in known:
        taking.complain(taking.line, f"Calls begin at “{start}”, and no step has that name.")
    for step in steps:
        for there in [*step.goes_to.values(), *(choice.goes_to for choice in step.choices)]:
            if there and there not in known:
                taking.complain(step.line, f"“{step.name}” leads to “{there}”, and no step has that name.")


# --- Steps ------------------------------------------------------------------------------------------------------------


def _step(part: Part) -> StepFile:
    taking = Taking(part, "this step")
    name = taking.text("step", longest=90, required=True)
    taking.what = f"the step “{name}”" if name else taking.what
    said = taking.text("what happens", longest=80, required=True)
    kind = wording.kind_named(said)
    if said and not kind:
        known = "; ".join(wording.kind_in_words(each) for each in REGISTRY)
        taking.complain(part.line, f"“{name}”: “{said}” is nothing that can happen. Write one of: {known}.")
    if not kind:
        raise Unreadable(taking.complaints)
    choices = _choices(taking, kind)
    then, when = taking.part("then"), Taking(taking.part("when") or Text(""), taking.what)
    texts_in = {code: _texts(taking, kind, part) for code, part in in_languages(taking, "in").items()}
    settings = _settings(taking, kind)
    goes_to = _exits(taking, kind, settings, then, when)
    taking.finish()
    return StepFile(
        name=name, kind=kind, settings=settings, choices=choices, goes_to=goes_to, texts_in=texts_in, line=part.line
    )


def _texts(taking: Taking, kind: str, part: Part) -> dict[str, str]:
    """What callers hear in one further language, by setting."""
    words = {
        name: said for name, said in wording.settings_in_words(kind).items() if params(REGISTRY[kind])[name].spoken
    }
    by_word = {folded(name): name for name in words} | {folded(said): name for name, said in words.items()}
    rows, found = Taking(part, taking.what), dict[str, str]()
    for said, text in rows.rest():
        if name := by_word.get(folded(said.text), ""):
            found[name] = rows.attempt(partial(wording.text_of, text), "").strip()
        else:
            rows.unknown(said, list(words.values()))
    taking.complaints += rows.complaints
    return found


def _settings(taking: Taking, kind: str) -> dict[str, Any]:
    """The settings that are given; every part that is left over must be one."""
    words = wording.settings_in_words(kind)
    by_word = {folded(name): name for name in params(REGISTRY[kind])} | {folded(said): n for n, said in words.items()}
    found = {}
    for said, part in taking.rest():
        name = by_word.get(folded(said.text), "")
        if name in found:
            taking.complain(said.line, f"“{said.text}” stands here twice. Keep one of them.")
        elif name:
            found[name] = taking.attempt(partial(wording.value_of, kind, name, part), None)
        else:
            taking.unknown(said, list(words.values()))
    if not taking.complaints:
        try:
            build(kind, found)
        except SettingsError as error:
            taking.complain(taking.line, f"{words.get(error.field, 'A setting')}: this does not fit.")
    return found


def _choices(taking: Taking, kind: str) -> tuple[Choice, ...]:
    rows = (*taking.rows("choices", MOST_CHOICES), *taking.rows("ends", MOST_CHOICES))
    if rows and not REGISTRY[kind].takes_options:
        taking.complain(rows[0].line, f"Nothing can be chosen in {taking.what}. Take its choices away.")
        return ()
    keyed = not named_by_label(REGISTRY[kind])
    return tuple(taking.attempt(partial(_choice, row, keyed), Choice()) for row in rows)


def _choice(part: Part, keyed: bool) -> Choice:
    taking = Taking(part, "this choice")
    key = taking.text("key", longest=40, required=True) if keyed else ""
    label = taking.text("label", longest=60)
    said = taking.part("callers may say") or Text("", part.line)
    words = [said] if isinstance(said, Text) else list(said.rows) if isinstance(said, Rows) else []
    phrases = ", ".join(taking.attempt(partial(wording.text_of, each, 300), "").strip() for each in words)
    if len(phrases) > 300:
        taking.complain(said.line, "What callers may say has at most 300 characters for each choice.")
    goes_to = taking.text("goes to", longest=90)
    parts = in_languages(taking, "callers may say in")
    phrases_in = {code: taking.attempt(partial(wording.text_of, each, 300), "").strip() for code, each in parts.items()}
    taking.finish()
    return Choice(key=key, label=label, phrases=phrases, goes_to=goes_to, phrases_in=phrases_in)


def _exits(taking: Taking, kind: str, settings: dict[str, Any], then: Part | None, when: Taking) -> dict[str, str]:
    if taking.complaints:
        return {}
    outcomes = list(build(kind, settings).outcomes())
    words = wording.outcomes_in_words(outcomes)
    found = {}
    if then is not None and len(outcomes) != 1:
        sentence = (
            f"There are several ways on from {taking.what}. Write “when:”, and below it: {'; '.join(words.values())}."
        )
        taking.complain(then.line, sentence)
    elif then is not None:
        found[outcomes[0].name] = taking.attempt(partial(wording.text_of, then, 90), "").strip()
    by_word = {folded(name): name for name in words} | {folded(said): name for name, said in words.items()}
    for said, there in when.rest():
        if name := by_word.get(folded(said.text)):
            found[name] = taking.attempt(partial(wording.text_of, there, 90), "").strip()
        else:
            when.unknown(said, list(words.values()))
    taking.complaints += when.complaints
    return {name: there for name, there in found.items() if there}


# --- Test calls and waivers -------------------------------------------------------------------------------------------


def _beside(taking: Taking, name: str, read_one: Any) -> tuple[Any, ...] | None:
    """A list that stands beside the flow; None where the file says nothing of it."""
    part = taking.part(name)
    if part is None:
        return None
    rows = Taking(Fields(((Text(name, part.line), part),), part.line), f"the {name}")
    found = _each(rows, name, MOST_TESTS, read_one)
    taking.complaints += rows.complaints
    return tuple(found)


def _test(part: Part) -> CallFile:
    taking = Taking(part, "this test call")
    name = taking.text("name", longest=80, required=True)
    lines = taking.part("lines") or Text("", part.line)
    rows = lines.rows if isinstance(lines, Rows) else (lines,)
    said = [taking.attempt(partial(wording.text_of, row, LONGEST_TEST), "").strip() for row in rows]
    plays = taking.text("the caller is", longest=60)
    known = {folded(label): each for each, label in Plays.choices} | {folded(each): each for each in Plays.values}
    if folded(plays) not in known:
        labels = "; ".join(str(label) for each, label in Plays.choices if each)
        taking.complain(part.line, f"“{name}”: “{plays}” is no such caller. Write one of: {labels}; or leave it out.")
    taking.finish()
    return CallFile(name=name, lines="\n".join(said), plays=known.get(folded(plays), ""))


def _waiver(part: Part) -> WaiverFile:
    taking = Taking(part, "this waiver")
    rule = taking.text("rule", longest=40, required=True)
    step = taking.text("step", longest=90)
    reason = taking.text("reason", longest=300, required=True)
    taking.finish()
    return WaiverFile(rule=rule, step=step, reason=reason)
