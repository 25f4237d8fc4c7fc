import re

import pytest
from email_validator import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from confman.usecases import addresses
from confman.usecases.addresses import PROVIDERS, MissingAt, NotAnAddress, checked_address, near_miss

_ALMOST_PLAIN = st.from_regex(
    re.compile(r"[A-Za-z0-9.!'+_-]{1,66}@([A-Za-z0-9-]{1,64}\.){0,3}[A-Za-z0-9]{1,8}"), fullmatch=True
)


def test_an_address_is_shown_as_typed_and_known_without_case_and_blanks() -> None:
    address = checked_address(" Max.Muster@Example.DE\u00a0")

    assert (address.typed, address.key) == ("Max.Muster@Example.DE", "max.muster@example.de")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max@exämple.de", "max@xn--exmple-cua.de"),
        ("max@EXÄMPLE.de", "max@exa\u0308mple.de"),
        ("INFO@example.de", "info@example.de"),
        ("max@example。de", "max@example.de"),
    ],
)
def test_one_mailbox_has_one_key(one: str, other: str) -> None:
    assert checked_address(one).key == checked_address(other).key


def test_mail_goes_to_the_ascii_form_of_the_domain() -> None:
    address = checked_address("Juergen@EXÄMPLE。de")

    assert (address.typed, address.envelope) == ("Juergen@exämple.de", "Juergen@xn--exmple-cua.de")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max+tag@example.de", "max@example.de"),
        ("max.muster@example.de", "maxmuster@example.de"),
        ("max@exаmple.de", "max@example.de"),
    ],
)
def test_tags_dots_and_letters_of_other_scripts_make_another_mailbox(one: str, other: str) -> None:
    assert checked_address(one).key != checked_address(other).key


@pytest.mark.parametrize("text", ["", "max", "max.example.de", "max＠example.de"])
def test_without_an_at_sign_that_is_what_is_said(text: str) -> None:
    with pytest.raises(MissingAt):
        checked_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "max@example.de\nBcc: all@example.de",
        "max@example.de\n",
        "max@example.de\r",
        "ma\x00x@example.de",
        '"max muster"@example.de',
        "Max Muster <max@example.de>",
        "<max@example.de>",
        "max@[127.0.0.1]",
        "max@127.0.0.1",
        "max@localhost",
        "max@test",
        "max@example",
        "max@example.local",
        "max@.de",
        "max@example.de.",
        "max@-example.de",
        "max@ex--ample.de",
        "max..muster@example.de",
        ".max@example.de",
        "max@example@example.de",
        "max muster@example.de",
        "max@example.de,anna@example.de",
        "@example.de",
        "max@",
        "max\u202e@example.de",
        "ma\ud800x@example.de",
        "m" * 65 + "@example.de",
        "ü" * 33 + "@example.de",
        "jürgen@example.de",  # few mail servers take it
        "=?utf-8?q?x?=@example.de",
        "max@" + ".".join(["e" * 60] * 4) + ".example.de",
        "m" * 64 + "@" + ("e" * 61 + ".") * 3 + "deee",
        "m" * 10_000 + "@example.de",
        "max@" + "ü" * 130 + ".de",
    ],
)
def test_what_gets_no_mail_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        checked_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "m" * 64 + "@example.de",
        "m" * 64 + "@" + ("e" * 61 + ".") * 3 + "dee",
        "max@example.test",
    ],
)
def test_addresses_at_the_limit_are_addresses(text: str) -> None:
    assert checked_address(text).typed == text


@given(_ALMOST_PLAIN)
@example("a@b--c.de")
@example("a@xn--a.de")
@example("a@a.test")
@example("a@a.b2")
def test_the_quick_way_accepts_only_what_the_library_accepts_and_gives_the_same_key(text: str) -> None:
    plain = addresses._PLAIN.fullmatch(text)
    try:
        address = checked_address(text)
    except NotAnAddress:
        return

    found = validate_email(text, check_deliverability=False, strict=True, test_environment=True)
    assert (address.typed, address.key) == (text, f"{found.local_part}@{found.ascii_domain}".lower())
    assert plain is None or addresses._any_address(text) == address


@given(_ALMOST_PLAIN)
def test_the_quick_way_refuses_nothing_that_the_library_accepts(text: str) -> None:
    try:
        expected = addresses._any_address(text)
    except NotAnAddress:
        with pytest.raises(NotAnAddress):
            checked_address(text)
        return

    assert checked_address(text) == expected


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for tried in (text, f"{text}@example.de", f"max@{text}.de"):
        try:
            address = checked_address(tried)
        except (MissingAt, NotAnAddress):
            continue
        assert checked_address(address.typed) == address
        assert checked_address(address.key).key == address.key


# --- mistyped domains


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("anna@t-onlien.de", "anna@t-online.de"),
        ("anna@t-online.d", "anna@t-online.de"),
        ("anna@tonline.de", "anna@t-online.de"),
        ("anna@t-online.com", "anna@t-online.de"),
        ("Anna.B@GMIAL.com ", "Anna.B@gmail.com"),
        ("anna@gmail.con", "anna@gmail.com"),
        ("anna@gmail.de", "anna@gmail.com"),
        ("anna@gmx.ed", "anna@gmx.de"),
        ("anna@wbe.de", "anna@web.de"),
        ("anna@hotmial.de", "anna@hotmail.de"),
        ("anna@outlok.de", "anna@outlook.de"),
        ("anna@lindenbruek.example", "anna@lindenbrueck.example"),
    ],
)
def test_a_slip_in_a_common_or_own_domain_is_asked_about(typed: str, meant: str) -> None:
    assert near_miss(typed, ["Lindenbrueck.example"]) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "lindenbrueck.example",
        "wdr.de",
        "stadt-koeln.de",
        "uni-koeln.de",
        "hotmail.fr",
        "gmx.li",
        "yahoo.it",
        "difu.de",
        "example.org",
        "x" * 300,
    ],
)
def test_other_domains_are_left_alone(domain: str) -> None:
    assert near_miss(f"anna@{domain}", ["lindenbrueck.example"]) is None


@pytest.mark.parametrize("domain", PROVIDERS)
def test_a_common_domain_is_never_asked_about(domain: str) -> None:
    assert near_miss(f"anna@{domain}") is None


def test_what_is_no_address_is_not_asked_about() -> None:
    assert near_miss("anna") is None
