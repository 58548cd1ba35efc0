"""Who reads what people say to each other: a text model, where one judges moods or sums up calls."""

from django.conf import settings

from streams import engines
from streams.ai.model_promises import ModelPromises
from streams.listening.judging import Judge, ModelJudge


def mood_judge() -> Judge | None:
    """What judges the mood of calls while they go on, and what is meant; None where no model does."""
    title = _title(settings.MOOD_ENGINE)
    return ModelJudge(engines.text_model(), title=title) if title else None


def most_judgements() -> int:
    """How often a model may judge the mood of one call."""
    return max(0, int(settings.MOOD_JUDGEMENTS))


def promise_reader() -> ModelPromises | None:
    """What reads for promises in a talk that is over; None where no model sums up calls."""
    title = _title(engines.usual("summary"))
    return ModelPromises(engines.text_model(), title=title) if title else None


def _title(name: str) -> str:
    """The vendor of the model of this name; "" where it is none, or not set up."""
    engine = engines.SUMMARIZERS.get(name)
    return engine.title if engine and engine.needs and engine.is_set_up else ""
