"""Stand-ins for what renders prompts, found by `settings.PROMPT_RENDERER`."""

from flows.seams import Rendered

HOUSE_TEXTS = ()

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


class Killed(BaseException):
    """As when the worker's process is gone in the middle of something."""


class Script:
    """What `scripted` does: at which texts it fails or is killed, and what it was asked to read."""

    def __init__(self):
        self.fails_at, self.dies_at, self.read = set(), set(), []
        self.before_each = lambda text: None


script = Script()


def scripted(texts, *, voice="", language="en-US"):
    """Renders every text as a second of sound and keeps it, as the true one does, unless the script says otherwise."""
    from flows import seams
    from flows.models import PromptAudio

    for text, digest in seams.digests(texts, voice=voice, language=language).items():
        script.before_each(text)
        if text in script.dies_at:
            raise Killed
        if text in script.fails_at:
            raise Away("It did not answer.")
        script.read.append(text)
        used = ({"engine": "fake", "model": "reader", "unit": "characters", "quantity": len(text)},)
        row = PromptAudio(digest=digest, engine="fake", language=language, text=text, audio=b"\x55" * 8000)
        PromptAudio.objects.bulk_create([row], ignore_conflicts=True)
        yield Rendered(text, used=used)


def nobody(pk):
    """A ringer that no worker hears."""


in_threads = []


def in_a_thread(pk):
    """A worker beside the request."""
    import threading

    from django.db import connection

    from flows import publications

    def work():
        try:
            publications.carry_on(pk)
        finally:
            connection.close()

    in_threads.append(threading.Thread(target=work))
    in_threads[-1].start()
