"""Dates and times as people write them: „Dienstag, 26. Januar 2027“, „9:30 bis 13:00 Uhr“.

Instants are shown by the clocks of the zone given with them, days as they are. What differs between languages, down to
the dot after the day, is a translation; the names of days and months are those of the CLDR.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from confman.domain.deadlines import zone_of
from confman.kernel.i18n import N_, sentences_in

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """Shows dates and times in one language."""

    language: str

    def day(self, day: date) -> str:
        """26. Januar 2027. An instant has a day only in a zone: TypeError; so in all that show days."""
        return self._say(N_("{day} {month} {year}"), **self._parts(day))

    def day_long(self, day: date) -> str:
        """Dienstag, 26. Januar 2027"""
        return self._say(N_("{weekday}, {date}"), date=self.day(day), **self._parts(day))

    def day_in_year(self, day: date) -> str:
        """Dienstag, 26. Januar: where the year is plain."""
        parts = self._parts(day)
        return self._say(N_("{weekday}, {date}"), date=self._say(N_("{day} {month}"), **parts), **parts)

    def days(self, first: date, last: date) -> str:
        """18. bis 19. September 2018, and no more of the first day than differs from the last."""
        return self._range(first, last, long=False)

    def days_long(self, first: date, last: date) -> str:
        """Dienstag, 18. bis Mittwoch, 19. September 2018"""
        return self._range(first, last, long=True)

    def clock(self, instant: datetime, zone: str) -> str:
        """9:30 Uhr"""
        return self._say(N_("{hour}:{minute}"), **_clock_parts(instant, zone))

    def span(self, starts_at: datetime, ends_at: datetime | None, zone: str) -> str:
        """9:30 bis 13:00 Uhr; with both days where it takes a day and longer; the start alone where no end is known."""
        if ends_at is None:
            return self.clock(starts_at, zone)
        if ends_at - starts_at >= _DAY:
            first, last = self.day_and_clock(starts_at, zone), self.day_and_clock(ends_at, zone)
            return self._say(N_("{first} to {last}"), first=first, last=last)
        start, end = ("{hour}:{minute}".format(**_clock_parts(instant, zone)) for instant in (starts_at, ends_at))
        return self._say(N_("{start_time} to {end_time}"), start_time=start, end_time=end)

    def day_and_clock(self, instant: datetime, zone: str) -> str:
        """Mittwoch, 25. November 2026, 18:00 Uhr"""
        day = instant.astimezone(zone_of(zone)).date()
        return self._say(N_("{date}, {time}"), date=self.day_long(day), time=self.clock(instant, zone))

    def stamp(self, instant: datetime, zone: str) -> str:
        """22.11.2026, 10:02 Uhr: for lists of what was done when."""
        day = instant.astimezone(zone_of(zone)).date()
        date = self._say(N_("{year}-{month:02d}-{day:02d}"), year=day.year, month=day.month, day=day.day)
        return self._say(N_("{date}, {time}"), date=date, time=self.clock(instant, zone))

    def soon(self, instant: datetime, zone: str) -> str:
        """Mi. 25. Nov., 18 Uhr: where there is little room and the year is plain."""
        local = instant.astimezone(zone_of(zone))
        says = N_("{weekday} {day} {month_name}, {time}")
        time = self._say(N_("{hour}:00"), hour=local.hour) if not local.minute else self.clock(instant, zone)
        weekday = _short_weekdays(self.language)[local.weekday()]
        month = _short_months(self.language)[local.month]
        return self._say(says, weekday=weekday, time=time, day=local.day, month_name=month)

    def day_and_span(self, starts_at: datetime, ends_at: datetime | None, zone: str) -> str:
        """Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr"""
        span = self.span(starts_at, ends_at, zone)
        if ends_at is not None and ends_at - starts_at >= _DAY:
            return span
        day = starts_at.astimezone(zone_of(zone)).date()
        return self._say(N_("{date}, {time}"), date=self.day_long(day), time=span)

    def closing(self, closes_at: datetime, zone: str) -> str:
        """The end of a half-open span: Mittwoch, 20. Januar 2027 where that day still counts, else with the clock."""
        local = closes_at.astimezone(zone_of(zone))
        if local.time() == time.min:
            return self.day_long(local.date() - _DAY)
        return self.day_and_clock(closes_at, zone)

    def until(self, closes_at: datetime, zone: str) -> str:
        """„bis einschließlich Mittwoch, 20. Januar 2027“ or „bis Mittwoch, 25. November 2026, 18:00 Uhr“."""
        is_whole_day = closes_at.astimezone(zone_of(zone)).time() == time.min
        says = N_("up to and including {date}") if is_whole_day else N_("until {date}")
        return self._say(says, date=self.closing(closes_at, zone))

    def zone_name(self, instant: datetime, zone: str) -> str:
        """How people call the clocks of the zone then: MEZ"""
        from babel.dates import get_timezone_name  # noqa: PLC0415 - few pages ask

        return get_timezone_name(instant.astimezone(zone_of(zone)), width="short", locale=self.language)

    def _range(self, first: date, last: date, *, long: bool) -> str:
        show = self.day_long if long else self.day
        if first == last:
            return show(first)
        parts = self._parts(first)
        if (first.year, first.month) == (last.year, last.month):
            says = N_("{weekday}, {day} to {last}") if long else N_("{day} to {last}")
            return self._say(says, last=show(last), **parts)
        beginning = show(first)
        if first.year == last.year:
            beginning = self.day_in_year(first) if long else self._say(N_("{day} {month}"), **parts)
        return self._say(N_("{first} to {last}"), first=beginning, last=show(last))

    def _parts(self, day: date) -> dict[str, str]:
        if isinstance(day, datetime):
            raise TypeError("an instant has a day only in a zone")
        weekdays, months = _names(self.language)
        return {
            "weekday": weekdays[day.weekday()],
            "day": str(day.day),
            "month": months[day.month],
            "year": str(day.year),
        }

    def _say(self, text: str, **facts: str | int) -> str:
        return sentences_in(self.language).say(text, **facts)


def _clock_parts(instant: datetime, zone: str) -> dict[str, str]:
    local = instant.astimezone(zone_of(zone))
    return {"hour": str(local.hour), "minute": f"{local.minute:02}"}


@cache
def _short_weekdays(language: str) -> Mapping[int, str]:
    from babel import Locale  # noqa: PLC0415 - as below

    weekdays: Mapping[int, str] = Locale.parse(language).days["format"]["abbreviated"]
    return weekdays


@cache
def _short_months(language: str) -> Mapping[int, str]:
    from babel import Locale  # noqa: PLC0415 - as below

    months: Mapping[int, str] = Locale.parse(language).months["format"]["abbreviated"]
    return months


@cache
def _names(language: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Weekdays (Monday is 0) and months (January is 1)."""
    from babel import Locale  # noqa: PLC0415 - its data is read when the first date is shown

    locale = Locale.parse(language)
    return locale.days["format"]["wide"], locale.months["format"]["wide"]
