"""The one address that a form asks for: to sign in, for a new password, to get a link again."""

from confman.kernel.i18n import N_
from confman.usecases.addresses import Address, MissingAt, NotAnAddress, checked_address

_EMPTY = N_("Please enter your e-mail address, for example name@example.org.")
_MISSING_AT = N_("The @ sign is missing in the e-mail address.")
_NO_ADDRESS = N_("No e-mail can be sent to this address. Please check it.")


def address_from(typed: str) -> Address | str:
    """The address, or what is wrong with it; whether anybody has it is not asked."""
    if not typed.strip():
        return _EMPTY
    try:
        return checked_address(typed)
    except MissingAt:
        return _MISSING_AT
    except NotAnAddress:
        return _NO_ADDRESS
