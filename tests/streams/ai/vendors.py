"""The vendors of speech on one loopback port, and a site with keys for them."""

from contextlib import contextmanager

from tests.standins import deepgram, elevenlabs
from tests.standins.server import serving_beside

HEARD = "billing"  # whatever is said


class OneWord:
    """A script without an end."""

    def __iter__(self):
        return self

    def __next__(self):
        return HEARD


@contextmanager
def serving_vendors():
    """Serves all of them; gives the settings that lead there."""
    parts = (deepgram.Deepgram(texts=OneWord()), elevenlabs.ElevenLabs())
    with serving_beside(*parts) as address:
        yield {
            "DEEPGRAM_API_KEY": deepgram.KEY,
            "DEEPGRAM_BASE_URL": address,
            "ELEVENLABS_API_KEY": elevenlabs.KEY,
            "ELEVENLABS_BASE_URL": address,
        }
