"""Ears of both speakers, which hear what a test says."""

from tests.streams.scripted_engines import END, ScriptedEngines, ScriptedSource


class TwoEars(ScriptedEngines):
    """Ears that can be told apart: one for each track, in the order in which they are opened."""

    def __init__(self):
        super().__init__()
        self.opened = []

    def listen(self, options):
        source = ScriptedSource()
        if not options.every_word:  # a menu's
            return self._opened(source, "ears")
        source.finish = lambda: source.queue.put_nowait(END)
        self.opened.append(source)
        return self._opened(source, "ears")
