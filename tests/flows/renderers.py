"""Stand-ins for what renders prompts, found by `settings.PROMPT_RENDERER`."""

asked: list[dict] = []


def quick(texts, *, voice="", language="en-US"):
    asked.append({"texts": list(texts), "voice": voice, "language": language})
    return len(texts)


def broken(texts, *, voice="", language="en-US"):
    raise RuntimeError("The voice could not be reached.")


def editing_meanwhile(texts, *, voice="", language="en-US"):
    from flows.models import Step

    Step.objects.filter(key="hello").update(settings={"text": "Changed."})
    return 0


def publishing_meanwhile(texts, *, voice="", language="en-US"):
    from django.conf import settings

    from flows import publishing
    from flows.models import Flow

    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    publishing.publish(Flow.objects.get(), by=None)
    return 0
