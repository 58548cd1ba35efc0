"""What rules read in a step, whatever its kind: what callers hear, how long that takes, and what the step is for."""

import re
from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.step import Step, params

CHARACTERS_A_SECOND = 15.0  # about 150 words a minute
NEGATED = re.compile(r"\b(never|not|no|cannot|without|instead of)\b|n[’']t\b", re.IGNORECASE)
PERSON_KEY = "0"
IN_ENGLISH = {  # what languages are called, in themselves and in English
    "English": "English",
    "Español": "Spanish",
    "Français": "French",
    "Deutsch": "German",
    "Italiano": "Italian",
    "Português": "Portuguese",
    "Nederlands": "Dutch",
    "Polski": "Polish",
    "Türkçe": "Turkish",
    "Tiếng Việt": "Vietnamese",
    "中文": "Chinese",
    "العربية": "Arabic",
}


def seconds_of(text: str) -> float:
    """About how long a voice needs to read this."""
    return len(text) / CHARACTERS_A_SECOND


def heard(step: Step) -> tuple[str, str]:
    """The setting with the text that a step is about, and the text; ("", "") where callers hear nothing."""
    spoken = {name: about.required for name, about in params(type(step)).items() if about.spoken}
    name = next((name for name, is_required in spoken.items() if is_required), next(iter(spoken), ""))
    return name, getattr(step, name) if name else ""


def prompt_of(step: Step) -> str:
    """The text that a step is about."""
    return heard(step)[1]


def setting(step: Step, name: str) -> object:
    """A setting of a step, None where its kind has no such setting."""
    return getattr(step, name) if name in params(type(step)) else None


def number(step: Step, name: str) -> float:
    """A setting that is a number, 0 where its kind has none such."""
    given = setting(step, name)
    return float(given) if isinstance(given, int | float) else 0.0


def text(step: Step, name: str) -> str:
    """A setting that is a text, "" where its kind has none such."""
    given = setting(step, name)
    return given if isinstance(given, str) else ""


def is_asking(step: Step) -> bool:
    """It asks, waits for an answer, and asks again."""
    return "attempts" in params(type(step))


def is_menu(step: Step) -> bool:
    """It offers choices, each with its key."""
    return is_asking(step) and type(step).takes_options


def has_assistant(step: Step) -> bool:
    """A model talks with callers here."""
    return any(about.offers == "assistants" for about in params(type(step)).values())


def of_menus(flow: Flow) -> Iterator[tuple[str, Step]]:
    """The menus of a flow, with their keys."""
    return ((key, step) for key, step in flow.steps.items() if is_menu(step))


def of_asking(flow: Flow) -> Iterator[tuple[str, Step]]:
    """All steps that ask, with their keys."""
    return ((key, step) for key, step in flow.steps.items() if is_asking(step))


def with_assistants(flow: Flow) -> Iterator[tuple[str, Step]]:
    """All steps in which a model talks, with their keys."""
    return ((key, step) for key, step in flow.steps.items() if has_assistant(step))


def is_english(flow: Flow) -> bool:
    """Whether rules about wording can read what this flow says."""
    return flow.language.lower().startswith("en")


def sentences(words: str) -> list[str]:
    """A text, sentence by sentence; a full stop within a number or an address ends none."""
    return [sentence.strip() for sentence in re.split(r"[.!?;](?:\s|$)|\n", words) if sentence.strip()]


def affirmed(words: str) -> Iterator[str]:
    """The sentences that tell to do something: not those that say what never to do."""
    return (sentence for sentence in sentences(words) if not NEGATED.search(sentence))


def about(seconds: float) -> str:
    """A length of time, as one says it."""
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


def languages_of(step: Step) -> list[str]:
    """The languages to choose from in a menu that asks for one, by their own names; none in any other step."""
    offered = [own for option in step.options if (own := _language(option.label))]
    is_choice = is_menu(step) and len(offered) >= max(2, len(step.options) - 1)  # one may be “again”
    return offered if is_choice else []


def _language(label: str) -> str:
    """The language that a choice is, by its name in itself; "" for any other choice."""
    words = set(re.findall(r"\w+", label.casefold()))
    for own, english in IN_ENGLISH.items():
        if words and words <= {*own.casefold().split(), english.casefold()}:
            return own
    return ""
