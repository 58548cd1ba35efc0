"""Who reads what people say to each other: the model that sums up calls, where one does."""

from streams import engines
from streams.ai.model_promises import ModelPromises
from streams.listening.judging import Judge, ModelJudge


def mood_judge() -> Judge | None:
    """What judges the mood of calls while they go on; None where no model sums them up."""
    title = _title()
    return ModelJudge(engines.text_model(), title=title) if title else None


def promise_reader() -> ModelPromises | None:
    """What reads for promises in a talk that is over; None where no model sums up calls."""
    title = _title()
    return ModelPromises(engines.text_model(), title=title) if title else None


def _title() -> str:
    """The vendor of the model; "" where there is none."""
    name = engines.usual("summary")
    engine = engines.SUMMARIZERS.get(name)
    return engine.title if engine and engine.needs and engine.is_set_up else ""
