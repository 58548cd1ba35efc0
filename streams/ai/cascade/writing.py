"""A text model's reply on its way to the voice: sentence by sentence, with the one retry that a caller has time for."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from streams.ai.briefing import Function
from streams.ai.cascade.plain_speech import plain
from streams.ai.cascade.sentences import Sentences
from streams.ai.provider import ProviderError, Used
from streams.ai.text_model import Called, Said, TextModel, TextPiece, Turn, estimated

MOST = 1200  # characters of one reply; what is longer ends after the last sentence before
BROKE_OFF = "(The line broke off after your last words. Go on right there, and repeat nothing.)"


class Writing:
    """One reply. `calls` are what it asks for, complete once the sentences are."""

    def __init__(
        self, model: TextModel, instructions: str, turns: Sequence[Turn], functions: Sequence[Function] = ()
    ) -> None:
        self._model, self._instructions, self._turns, self._functions = model, instructions, turns, functions
        self.calls: list[Called] = []
        self._written = ""  # what was handed on
        self._told: Sequence[Turn] = turns  # what the latest reply rests on
        self._open: list[str] | None = None  # what came of it, as long as nobody counted it

    async def sentences(self) -> AsyncGenerator[str | Used, None]:
        """What is to be spoken, and what it cost. Closing it stops the model.

        A reply that breaks off is begun once more; the model is told then what of it was already said. So is one that
        says nothing and asks for nothing. Raises `ProviderError` when the second is no better.
        """
        for is_last in (False, True):
            self.calls.clear()
            try:
                async with aclosing(self._sentences()) as sentences:
                    async for sentence in sentences:
                        yield sentence
            except ProviderError as error:
                if not self._open:  # it never began, and costs nothing
                    self._open = None
                for used in self.uncounted():
                    yield used
                if is_last or not error.retryable:
                    raise
                continue
            for used in self.uncounted():  # it was too long, and closed
                yield used
            if self._written or self.calls:
                return
        raise ProviderError("The text model gave an empty reply, twice.")

    def uncounted(self) -> tuple[Used, ...]:
        """What a reply cost that was closed before it was counted, by estimate; once."""
        said, self._open = self._open, None
        if said is None:
            return ()
        return estimated(self._model, self._instructions, self._told, "".join(said), self._functions)

    async def _sentences(self) -> AsyncGenerator[str | Used, None]:
        sentences, said = Sentences(), list[str]()
        self._told, self._open = self._said(), said
        async with aclosing(self._model.reply(self._instructions, self._told, self._functions)) as pieces:
            async for piece in pieces:
                match piece:
                    case TextPiece(text=text):
                        said.append(text)
                        for words in filter(None, map(plain, sentences.add(text))):
                            if self._is_too_long(words):
                                return
                            yield self._handed_on(words)
                    case Called():
                        self.calls.append(piece)
                    case Used():
                        self._open = None
                        yield piece
        last = plain(sentences.finish())
        if last and not self._is_too_long(last):
            yield self._handed_on(last)

    def _said(self) -> Sequence[Turn]:
        if not self._written:
            return self._turns
        return [*self._turns, Said(who="agent", text=self._written), Said(who="caller", text=BROKE_OFF)]

    def _is_too_long(self, words: str) -> bool:
        too_long = bool(self._written) and len(self._written) + len(words) > MOST
        if too_long:
            self.calls.clear()  # they belong to words that nobody will hear
        return too_long

    def _handed_on(self, words: str) -> str:
        self._written = f"{self._written} {words}".strip()
        return words
