"""The first words of a list's calls are read aloud before anybody is called: whoever picks up must not wait for them.
Sync; it may have to ask a voice."""

from flows.engine.snapshot import load
from streams.ai.provider import ProviderError
from streams.audio import prompts
from streams.models import CallList
from streams.opt_out import Opening
from streams.outbound import beginning

NO_VERSION = "Its flow has no published version. Publish one first."
NO_VOICE = "The first words of the calls could not be made: {}"


def make(call_list: CallList) -> str:
    """Make what is missing, in the voice of the version that is live now; why that could not be done, or "".

    To be asked for again while a list runs: a version that goes live meanwhile may have another voice, or language.
    """
    version = beginning.version_for(call_list)
    if version is None:
        return NO_VERSION
    flow = load(version.snapshot)
    opening = Opening.of(call_list.company, flow.language)
    try:
        for _ in prompts.render(opening.all_texts(), voice=flow.voice, language=flow.language):
            pass
    except ProviderError as error:
        return NO_VOICE.format(error)
    return ""
