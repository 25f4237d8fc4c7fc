"""When letters that nobody waits for may arrive: not by night."""

from datetime import datetime, time

from confman.domain.deadlines import zone_of

_MORNING = time(7)
_EVENING = time(20)


def is_day(instant: datetime, zone: str) -> bool:
    """Whether the clocks of the zone show 7:00 to 20:00."""
    return _MORNING <= instant.astimezone(zone_of(zone)).time() < _EVENING
