"""What differs between two flows, in the callers' words, for the person who publishes. Pure.

“In “Main menu”, pressing 3 (Support) now goes to “Sales”; it went to “Support”.”
“In “Greeting”, callers now hear “Good day.”; they heard “Hello.””
"""

from collections.abc import Iterator
from typing import Any

from flows.engine import Flow
from flows.engine.languages import known, short_name
from flows.engine.recording import said_before
from flows.engine.step import Param, Step, params
from flows.engine.translating import SAY, to_translate, translation

SHOWN = 90  # characters of a text within a sentence


def changes(before: Flow, after: Flow) -> list[str]:
    """What callers may notice when `after` takes the place of `before`, in the order of the steps."""
    return [
        *_of_the_line(before, after),
        *_of_steps(before, after),
        *_of_recordings(before, after),
        *_of_exits(before, after),
    ]


def _of_the_line(before: Flow, after: Flow) -> Iterator[str]:
    if before.start != after.start:
        yield f"Calls now begin at “{after.name_of(after.start)}”; they began at “{before.name_of(before.start)}”."
    if (before.language, before.voice) != (after.language, after.voice):
        yield "The prompts are read in another language or voice."
    yield from _of_languages(before, after)
    if before.transcriber != after.transcriber:
        yield "Another engine listens to callers."
    if before.agent != after.agent:
        yield "Another assistant talks in its AI steps."
    if before.discloses_ai != after.discloses_ai:
        yield f"Its AI steps {'now say' if after.discloses_ai else 'no longer say'} that they are a machine."
    yield from _of_what_is_kept(before, after)
    for key, schedule in after.resources.get("hours", {}).items():
        if key in before.resources.get("hours", {}) and before.resources["hours"][key] != schedule:
            yield f"The opening hours “{schedule.name}” changed."
    for key, sub in after.resources.get("flow", {}).items():
        was = before.resources.get("flow", {}).get(key)
        if was and was.number != sub.number:
            yield f"Callers who go on in “{sub.name}” now meet its version {sub.number}; it was version {was.number}."


def _of_what_is_kept(before: Flow, after: Flow) -> Iterator[str]:
    """Whether calls are recorded, what callers hear before, and whether their words are kept."""
    old, new = before.recording, after.recording
    if old and not new:
        yield "Calls are no longer recorded, and callers no longer hear that they are."
    elif new and not old:
        yield f"Calls are now recorded. Before anything else, callers hear {_quoted_notices(after)}."
    elif list(said_before(before)) != list(said_before(after)):
        yield f"Before calls are recorded, callers now hear {_quoted_notices(after)}."
    if before.keeps_transcripts != after.keeps_transcripts:
        yield f"What is said is {'now' if after.keeps_transcripts else 'no longer'} kept as text."


def _quoted_notices(flow: Flow) -> str:
    return f"“{' '.join(text for _, text in said_before(flow))}”"


def _of_languages(before: Flow, after: Flow) -> Iterator[str]:
    old, new = ({each.code: each.voice for each in flow.languages} for flow in (before, after))
    for code, voice in new.items():
        if code not in old:
            yield f"The line now also speaks {known(code).name}."
        elif old[code] != voice:
            yield f"The prompts in {known(code).name} are read in another voice."
    yield from (f"The line no longer speaks {known(code).name}." for code in old if code not in new)


def _of_translations(name: str, old: Step, new: Step, after: Flow) -> Iterator[str]:
    for language in after.languages:
        for place in {**to_translate(old), **to_translate(new)}:
            was, now = (translation(step, language.code, place) for step in (old, new))
            if was != now:
                heard = "callers may now say" if place.startswith(SAY) else "callers now hear"
                said = f"{heard} {_quoted(now)}" if now else f"{_quoted(was)} is gone"
                yield f"In “{name}”, in {short_name(language.code)}, {said}."


def _of_steps(before: Flow, after: Flow) -> Iterator[str]:
    for key in after.steps:
        if key not in before.steps:
            yield f"New step: “{after.name_of(key)}” ({after.steps[key].title})."
    for key in before.steps:
        if key not in after.steps:
            yield f"Removed: “{before.name_of(key)}”."
    for key, step in after.steps.items():
        if key in before.steps:
            yield from _of_settings(after.name_of(key), before.steps[key], step, before, after)
            yield from _of_translations(after.name_of(key), before.steps[key], step, after)


def _of_settings(name: str, old: Step, new: Step, before: Flow, after: Flow) -> Iterator[str]:
    if type(old) is not type(new):
        yield f"“{name}” now does something else: {new.title.lower()}; it was {old.title.lower()}."
        return
    for setting, about in params(type(new)).items():
        was, now = getattr(old, setting), getattr(new, setting)
        if was != now:
            yield f"In “{name}”, {_of_setting(about, setting, was, now, before, after)}"


def _of_setting(about: Param, setting: str, was: Any, now: Any, before: Flow, after: Flow) -> str:
    label = about.label[:1].lower() + about.label[1:] or setting.replace("_", " ")
    if about.spoken:
        where = "" if label == "what callers hear" else f" ({label})"
        if not now:
            return f"callers no longer hear {_quoted(was)}{where}."
        return f"callers now hear {_quoted(now)}{where}" + (f"; they heard {_quoted(was)}." if was else ".")
    told = [_told(about, setting, each, flow) for each, flow in ((now, after), (was, before))]
    return f"{label} is now {told[0]}; it was {told[1]}." if all(told) else f"{label} changed."


def _told(about: Param, setting: str, value: Any, flow: Flow) -> str:
    """A setting as part of a sentence; "" for what would be too long to tell."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:g} s" if setting.endswith("_seconds") else f"{value:g}"
    if not value:
        return "empty"
    if not isinstance(value, str):
        return ""
    if about.refers_to:
        found = flow.resources.get(about.refers_to, {}).get(value, value)
        return _quoted(str(getattr(found, "name", found)))
    return _quoted(dict(about.choices).get(value, value))


def _of_recordings(before: Flow, after: Flow) -> Iterator[str]:
    old, new = (flow.resources.get("recording", {}) for flow in (before, after))
    for key, step in after.steps.items():
        for text in dict.fromkeys(step.prompts()):
            if old.get(text) == new.get(text):
                continue
            who = "the voice" if text not in new else "another recording" if text in old else "a recording"
            yield f"“{after.name_of(key)}”: {who} says {_quoted(text)}."


def _of_exits(before: Flow, after: Flow) -> Iterator[str]:
    for (key, outcome), new in after.exits.items():
        if key not in before.steps:
            continue
        old = before.exits.get((key, outcome))
        where = f"In “{after.name_of(key)}”, {_way(after, key, outcome)}"
        if old is None and new.goes_to:
            yield f"{where} is new, and goes to “{after.name_of(new.goes_to)}”."
        elif old and old.goes_to != new.goes_to:
            yield f"{where} now {_leads(after, new.goes_to)}; it {_led(before, old.goes_to)}."
        if old and not _is_own(after, key, outcome) and (old.label, old.phrases) != (new.label, new.phrases):
            yield f"{where}: {_of_words(old, new)}."
    for (key, outcome), old in before.exits.items():
        if key in after.steps and (key, outcome) not in after.exits and old.goes_to:
            yield f"In “{after.name_of(key)}”, {_way(before, key, outcome)} is no longer possible."


def _of_words(old: Any, new: Any) -> str:
    if old.label != new.label:
        return f"it is now called {_quoted(new.label)}; it was {_quoted(old.label)}"
    more, less = (sorted(set(a.phrases) - set(b.phrases)) for a, b in ((new, old), (old, new)))
    told = [f"callers may now say {', '.join(map(_quoted, more))}"] if more else []
    told += [f"they may no longer say {', '.join(map(_quoted, less))}"] if less else []
    return ", and ".join(told) or "the words for it stand in another order"


def _is_own(flow: Flow, key: str, outcome: str) -> bool:
    """Whether the kind itself has this outcome. Its words are the program's, and callers never hear them."""
    return outcome in {own.name for own in flow.steps[key].own_outcomes}


def _way(flow: Flow, key: str, outcome: str) -> str:
    """A way out of a step as something that callers do, or that happens to them."""
    label = flow.exits[key, outcome].label
    if is_key(outcome):
        return f"pressing {outcome}" + (f" ({label})" if label else "")
    return f"“{label or outcome}”"


def called(outcome: str, label: str) -> str:
    """An exit as people call it: a key with its label, or the label alone."""
    return f"{outcome} · {label}" if is_key(outcome) and label else label or outcome


def is_key(outcome: str) -> bool:
    """Whether this outcome is what callers press."""
    return not outcome.strip("0123456789*#")


def _leads(flow: Flow, key: str | None) -> str:
    return f"goes to “{flow.name_of(key)}”" if key else "leads nowhere"


def _led(flow: Flow, key: str | None) -> str:
    return f"went to “{flow.name_of(key)}”" if key else "led nowhere"


def _quoted(text: str) -> str:
    text = " ".join(str(text).split())
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + '…'}”"
