"""How letters speak: sentences and dates in the reader's language, names in one line."""

from dataclasses import dataclass

from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.render.mime import one_line


@dataclass(frozen=True, slots=True)
class Speech:
    """Sentences and dates in the reader's language."""

    sentences: Sentences
    dates: Dates

    def room(self, name: str) -> str:
        """Raum 2.04; what has a name of its own stands alone."""
        room = one_line(name)
        return self.sentences.say(N_("room %(name)s"), name=room) if room[:1].isdigit() else room


def speech_in(language: str) -> Speech:
    """Of a language we speak; German for others."""
    sentences = sentences_in(language)
    return Speech(sentences, Dates(sentences.language))


def named(label: str | None, title: str) -> str:
    """Forum 3: Leerstand auf Zeit öffnen"""
    title, label = one_line(title), one_line(label or "")
    return f"{label}: {title}" if label and not title.startswith(label) else title
