"""All handlers of the team's pages."""

from collections import defaultdict
from collections.abc import Iterable

from litestar.handlers import HTTPRouteHandler

from confman.http.routing import options
from confman.web.manage import (
    account,
    adding,
    attendance,
    bulk,
    bulk_letter,
    downloads,
    events,
    letters,
    needs,
    passwords,
    person,
    person_change,
    registrations,
    second_factor,
    signin,
    speakers,
)


def _with_options(handlers: Iterable[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """Before them, for each address that several share, what it takes."""
    methods: dict[str, list[str]] = defaultdict(list)
    sharing: dict[str, int] = defaultdict(int)
    handlers = list(handlers)
    for handler in handlers:
        for path in handler.paths:
            methods[path] += sorted(handler.http_methods)
            sharing[path] += 1
    return [options(path, *methods[path]) for path, several in sharing.items() if several > 1] + handlers


HANDLERS = _with_options(
    [
        signin.see,
        signin.sign_in,
        signin.second_step,
        passwords.forgotten,
        passwords.ask,
        passwords.see,
        passwords.set_new,
        signin.sign_out,
        account.see,
        account.rename,
        account.change_password,
        account.sign_out_everywhere,
        second_factor.see,
        second_factor.turn_on,
        second_factor.turn_off,
        second_factor.renew_codes,
        events.mine,
        events.overview,
        registrations.see,
        registrations.addresses,
        downloads.as_csv,
        downloads.as_xlsx,
        downloads.as_badges,
        downloads.see,
        downloads.ask,
        downloads.look,
        downloads.follow,
        downloads.hand_out,
        downloads.remove,
        attendance.overview,
        attendance.see,
        attendance.begin,
        attendance.enter,
        attendance.undo,
        attendance.walk_in,
        attendance.finish,
        bulk.move,
        bulk.cancel,
        bulk_letter.letter,
        bulk.see,
        bulk.undo,
        letters.see,
        letters.see_one,
        letters.send_again,
        speakers.see,
        speakers.take_all,
        speakers.one,
        speakers.take,
        needs.see,
        needs.tick,
        needs.kitchen,
        adding.see,
        adding.add,
        person.see,
        person.confirm,
        person.write_again,
        person_change.see_details,
        person_change.change_details,
        person_change.see_places,
        person_change.change_places,
        person_change.see_cancellation,
        person_change.cancel,
        person_change.see_return,
        person_change.let_in,
    ]
)
