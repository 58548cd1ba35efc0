"""Stand-ins for what renders prompts, found by `settings.PROMPT_RENDERER`."""

from flows.spoken import Rendered

asked: list[dict] = []


def quick(texts, *, voice="", language="en-US"):
    asked.append({"texts": list(texts), "voice": voice, "language": language})
    yield from map(Rendered, texts)


class Away(Exception):
    """As a voice that cannot be reached raises it."""

    fault = "unreachable"


def broken(texts, *, voice="", language="en-US"):
    raise Away("It did not answer.")
    yield


def editing_meanwhile(texts, *, voice="", language="en-US"):
    from flows.models import Step

    Step.objects.filter(key="hello").update(settings={"text": "Changed."})
    yield from map(Rendered, texts)


def publishing_meanwhile(texts, *, voice="", language="en-US"):
    from django.conf import settings

    from flows import publishing
    from flows.models import Flow

    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    publishing.publish(Flow.objects.get(), by=None)
    yield from map(Rendered, texts)
