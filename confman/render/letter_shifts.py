"""What the organisers have changed, one line each: „Forum 3: Leerstand, Raum 2.05 (bisher Raum 2.04)“."""

from confman.kernel.i18n import N_
from confman.render.letter_speech import Speech, named
from confman.render.letter_values import Moment, Occasion, Shift
from confman.render.mime import one_line

_WHOLE = {"place": N_("Venue"), "event": N_("Date and time")}


def shift_line(shift: Shift, occasion: Occasion, speech: Speech) -> str:
    say = speech.sentences.say
    name = f"{say(_WHOLE[shift.of])}:" if shift.of in _WHOLE else f"{named(shift.label, shift.name)},"
    if shift.now is None:
        return say(N_("Does not take place: {name}"), name=named(shift.label, shift.name))
    now = _moment(shift, shift.now, occasion, speech) or say(N_("not known yet"))
    if shift.was is None:
        return say(N_("Takes place after all: {name} {now}"), name=name, now=now)
    was = _moment(shift, shift.was, occasion, speech)
    return f"{name} {now}" if was is None else say(N_("{name} {now} (before: {was})"), name=name, now=now, was=was)


def _moment(shift: Shift, moment: Moment, occasion: Occasion, speech: Speech) -> str | None:
    """As much of it as the other one differs in; None if that is not known."""
    other = shift.was if moment is shift.now else shift.now
    pieces = []
    if other is None or _days(other) != _days(moment):
        pieces.append(_day_line(moment, speech))
    if other is None or _times(other) != _times(moment) or _days(other) != _days(moment):
        pieces.append(_time_line(moment, occasion, speech))
    if other is None or other.where != moment.where:
        pieces.append(_where_line(shift, moment, speech))
    return ", ".join(filter(None, pieces)) or None


def _days(moment: Moment) -> tuple[object, object]:
    return moment.first_day, moment.last_day


def _times(moment: Moment) -> tuple[object, object]:
    return moment.starts_at, moment.ends_at


def _day_line(moment: Moment, speech: Speech) -> str | None:
    if moment.first_day is None:
        return None
    return speech.dates.days_long(moment.first_day, moment.last_day or moment.first_day)


def _time_line(moment: Moment, occasion: Occasion, speech: Speech) -> str | None:
    """Only what takes place on one day has its times beside the day."""
    if moment.starts_at is None or moment.first_day != (moment.last_day or moment.first_day):
        return None
    return speech.dates.span(moment.starts_at, moment.ends_at, occasion.zone)


def _where_line(shift: Shift, moment: Moment, speech: Speech) -> str | None:
    if moment.where is None:
        return None
    return speech.room(moment.where) if shift.of == "session" else one_line(moment.where)
