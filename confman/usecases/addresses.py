"""E-mail addresses: which are some, which are the same, and which were probably mistyped."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

LOCAL_OCTETS = 64
ADDRESS_OCTETS = 254  # RFC 5321 4.5.3.1 with erratum 1690; email-validator counts characters of the local part

_BLANKS = " \u00a0\u2007\u202f\u3000\u200b\u2060\ufeff"  # what copying leaves at the ends; a line end is no accident
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(
    rf"({_ATOM}(?:\.{_ATOM})*)@((?:(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+[A-Za-z]{{2,63}})"
)
_SPECIAL = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))


@dataclass(frozen=True, slots=True)
class Address:
    """`typed`: as typed, to be shown; `key`: the same for all ways to write this mailbox.

    The key has no case and the domain in its ASCII form; tags (`anna+x@`) and dots stay, for they may matter.
    """

    typed: str
    key: str

    @property
    def envelope(self) -> str:
        """Where a mail goes: the local part as typed, the domain in its ASCII form."""
        return f"{self.typed.rpartition('@')[0]}@{self.key.rpartition('@')[2]}"


class MissingAt(ValueError):
    """There is no @ in it."""


class NotAnAddress(ValueError):
    """No mail can be sent to it: bad characters, no full domain, quoted or bracketed forms, or too long."""


def checked_address(text: str) -> Address:
    """The address a person typed, blanks at the ends left off; nothing is looked up. Raises MissingAt, NotAnAddress."""
    typed = text.strip(_BLANKS)
    if "@" not in typed:
        raise MissingAt
    if len(typed) > ADDRESS_OCTETS:
        raise NotAnAddress
    if "=?" in typed:  # mail programs read it as an encoded word, and our postman does not write it
        raise NotAnAddress
    plain = _PLAIN.fullmatch(typed)
    if plain is None or typed[typed.rindex(".") + 1 :].lower() in _SPECIAL:
        return _any_address(typed)
    if plain.end(1) > LOCAL_OCTETS:
        raise NotAnAddress
    return Address(typed, typed.lower())


def _any_address(typed: str) -> Address:
    """What is not plain ASCII, by email-validator: 70 µs where the pattern above needs 3; tests show both agree."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - IDNA tables: 2 MB few need

    try:
        # test_environment lets .test domains pass, as .example does; the rest of it is about DNS, which is not asked
        found = validate_email(typed, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnAddress from error
    shown_domain = typed.rpartition("@")[2]
    address = Address(
        f"{found.local_part}@{shown_domain if shown_domain.isascii() else found.domain}",
        f"{unicodedata.normalize('NFC', found.local_part.casefold())}@{found.ascii_domain}",
    )
    octets = max(len(written.encode()) for written in (address.typed, address.envelope))
    if not found.local_part.isascii():  # few mail servers take it, and ours would have to ask each
        raise NotAnAddress
    if "." not in found.ascii_domain or octets > ADDRESS_OCTETS or len(found.local_part.encode()) > LOCAL_OCTETS:
        raise NotAnAddress
    return address


# --- mistyped domains


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split())


# The commonest first: of two domains that are as near, the former is meant.
PROVIDERS = _listed(
    """
    t-online.de gmx.de web.de gmail.com gmx.net outlook.de outlook.com hotmail.de hotmail.com freenet.de googlemail.com
    icloud.com yahoo.de yahoo.com aol.com aol.de posteo.de mailbox.org arcor.de vodafone.de live.de live.com me.com
    mail.de email.de magenta.de telekom.de online.de 1und1.de gmx.at gmx.ch gmx.com gmx.eu gmx.org gmx.info
    netcologne.de ewetel.net ewe.net kabelmail.de kabelbw.de unitybox.de o2online.de o2mail.de vodafonemail.de
    versanet.de osnanet.de htp-tel.de mnet-online.de mnet-mail.de wtnet.de online.home.de alice-dsl.net alice.de
    mail.com mac.com msn.com ymail.com rocketmail.com posteo.net tutanota.com tutanota.de tuta.io proton.me
    protonmail.com protonmail.ch bluewin.ch chello.at
    """
)
_PROVIDERS = frozenset(PROVIDERS)
# Right names in wrong countries and the like: nobody has mail there.
_KNOWN_SLIPS = {
    "gmail.de": "gmail.com",
    "googlemail.de": "googlemail.com",
    "icloud.de": "icloud.com",
    "t-online.com": "t-online.de",
    "t-online.net": "t-online.de",
    "tonline.de": "t-online.de",
    "freenet.com": "freenet.de",
}
_COUNTRIES = _listed("at be ch com cz de dk es eu fr info it li lu net nl no org pl se uk us")


def near_miss(text: str, own_domains: Iterable[str] = ()) -> str | None:
    """The address that was probably meant, where the domain is a slip away from a common one or one of `own_domains`.

    A hint, never a refusal: anna@t-onlien.de → anna@t-online.de. None if there is nothing to ask.
    """
    local, at, domain = text.strip(_BLANKS).rpartition("@")
    if not at or len(domain) > ADDRESS_OCTETS:
        return None
    meant = _meant(domain.lower(), tuple(own_domains))
    return None if meant is None else f"{local}@{meant}"


@lru_cache(maxsize=4096)  # a rush comes from few domains, and comparing costs a millisecond
def _meant(domain: str, own_domains: tuple[str, ...]) -> str | None:
    own = [known.lower() for known in own_domains]
    if domain in _PROVIDERS or domain in own:
        return None
    if domain in _KNOWN_SLIPS:
        return _KNOWN_SLIPS[domain]
    near = [
        (slips, known)
        for known in chain(own, PROVIDERS)
        if not _is_same_name_elsewhere(domain, known) and (slips := _slips(domain, known)) <= _allowed(known)
    ]
    return min(near, key=lambda found: found[0])[1] if near else None


def _allowed(known: str) -> int:
    return 1 if len(known) < 10 else 2  # wdr.de is no slip of web.de


def _is_same_name_elsewhere(domain: str, known: str) -> bool:
    name, _, country = domain.rpartition(".")
    return country in _COUNTRIES and name == known.rpartition(".")[0]


def _slips(one: str, other: str) -> int:
    """How many letters were put in, left out, replaced or swapped with their neighbour; 3 means 3 or more.

    The distance of optimal string alignment.
    """
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, facing in enumerate(other, 1):
            cost = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != facing))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return min(above[-1], 3)
