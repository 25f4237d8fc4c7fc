"""Hashes of passwords, codes of authenticators, and what proves itself around signing in."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher

from confman.domain.errors import TooOften
from confman.kernel import one_time, seals
from confman.kernel.one_time import keys_of, recovery_hash, step_of
from confman.kernel.passwords import Stretching, Verdict, compared, hashed
from confman.kernel.seals import Proof
from confman.kernel.security import Secrets

NOW = datetime(2027, 1, 25, 9, 30, 10, tzinfo=UTC)
ERIKA, ANNA = UUID(int=1), UUID(int=2)
SECRETS = Secrets((b"s" * 32,))
ROTATED = Secrets((b"n" * 32, b"s" * 32))
LONG = "Zwölf Boxkämpfer jagen Viktor " * 10


def test_a_password_is_kept_as_argon2id_with_what_owasp_asks_for() -> None:
    assert hashed(LONG).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_all_of_a_long_password_counts() -> None:
    kept = hashed(LONG + "x")

    assert [compared(kept, LONG + end).is_right for end in ("x", "y", "")] == [True, False, False]


def test_it_does_not_matter_how_a_keyboard_writes_an_umlaut() -> None:
    kept = hashed("Zwölf Boxkämpfer")

    assert compared(kept, unicodedata.normalize("NFD", "Zwölf Boxkämpfer")) == Verdict(is_right=True)


def test_of_nobody_no_password_is_right() -> None:
    assert compared(None, "egal") == Verdict(is_right=False)


def test_a_password_kept_with_parameters_of_the_past_is_right_and_told_apart() -> None:
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(b"Nieselregen")

    assert [compared(kept, "Nieselregen"), compared(kept, "x")] == [Verdict(True, True), Verdict(False)]


def test_more_than_a_hundred_who_wait_are_sent_away() -> None:
    async def rush() -> list[object]:
        stretching = Stretching()
        return list(await asyncio.gather(*(stretching.compared("$", "x") for _ in range(120)), return_exceptions=True))

    refused = [outcome for outcome in asyncio.run(rush()) if isinstance(outcome, TooOften)]

    assert len(refused) == 20


# codes of an authenticator

SALT = one_time.new_salt()
KEY = one_time.key_of(SECRETS, ERIKA, SALT)


def code_at(seconds: int) -> str:
    return str(pyotp.TOTP(KEY).at(NOW + timedelta(seconds=seconds)))


def test_a_code_is_good_half_a_minute_early_and_late_and_no_longer() -> None:
    keys = keys_of(SECRETS, ERIKA, SALT)
    present = int(NOW.timestamp()) // 30

    found = [step_of(keys, code_at(seconds), NOW, None) for seconds in (-60, -30, 0, 30, 60)]

    assert found == [None, present - 1, present, present + 1, None]


def test_a_code_is_no_good_again_nor_is_an_earlier_one() -> None:
    keys, present = keys_of(SECRETS, ERIKA, SALT), int(NOW.timestamp()) // 30

    assert [step_of(keys, code_at(seconds), NOW, present) for seconds in (-30, 0, 30)] == [None, None, present + 1]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert step_of(keys_of(SECRETS, ANNA, "A" * 32), typed, NOW, None) is None


def test_a_code_may_be_typed_in_groups() -> None:
    assert step_of([KEY], f" {code_at(0)[:3]} {code_at(0)[3:]}", NOW, None) is not None


def test_what_was_set_up_under_an_earlier_secret_goes_on() -> None:
    assert step_of(keys_of(ROTATED, ERIKA, SALT), code_at(0), NOW, None) is not None
    assert one_time.key_of(ROTATED, ERIKA, SALT) != KEY


def test_the_qr_code_says_what_authenticators_read() -> None:
    said = urlsplit(one_time.address_of(KEY, "erika@lindenbrueck.example", "Stadt: Lindenbrück"))

    assert (said.scheme, said.netloc) == ("otpauth", "totp")
    assert said.path == "/Stadt%20%20Lindenbr%C3%BCck%3Aerika%40lindenbrueck.example"
    assert parse_qs(said.query) == {"secret": [KEY], "issuer": ["Stadt  Lindenbrück"]}


def test_recovery_codes_are_ten_of_eighty_bits_and_forgive_how_they_are_typed() -> None:
    codes = one_time.new_recovery_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", code) for code in codes)
    assert recovery_hash(ERIKA, codes[0]) == recovery_hash(ERIKA, f" {codes[0].lower().replace('-', ' ')} ")
    assert recovery_hash(ERIKA, codes[0]) != recovery_hash(ANNA, codes[0])


# what proves itself


def test_a_seal_is_good_for_its_purpose_only() -> None:
    form, proof = seals.new_form(SECRETS, NOW), Proof(ERIKA, NOW.replace(second=0), b"x" * 8)
    device = seals.new_device(SECRETS, ERIKA)
    link, step = seals.password_link(SECRETS, proof), seals.second_step(SECRETS, proof, form)
    readers: dict[str, Callable[[str], object]] = {
        form: lambda token: seals.is_form(SECRETS, token, NOW) or None,
        device: lambda token: seals.device_of(SECRETS, token),
        link: lambda token: seals.read_password_link(SECRETS, token),
        step: lambda token: seals.read_second_step(SECRETS, token, form),
    }

    opened = {(token, own) for own, read in readers.items() for token in (*readers, "", "x" * 60) if read(token)}

    assert opened == {(token, token) for token in readers}
    assert (seals.read_password_link(SECRETS, link), seals.read_second_step(SECRETS, step, form)) == (proof, proof)


def test_the_second_step_and_the_field_belong_to_the_browser_that_opened_the_form() -> None:
    mine, theirs = (seals.new_form(SECRETS, NOW) for _ in range(2))
    step = seals.second_step(SECRETS, Proof(ERIKA, NOW, b"x" * 8), mine)

    assert seals.read_second_step(SECRETS, step, theirs) is None
    assert [seals.is_form_field(SECRETS, mine, seals.form_field(SECRETS, form)) for form in (mine, theirs)] == [
        True,
        False,
    ]


def test_an_open_form_ends_after_half_a_day() -> None:
    form, ends_at = seals.new_form(SECRETS, NOW), NOW + seals.FORM_LIVES

    assert [seals.is_form(SECRETS, form, at) for at in (NOW, ends_at - timedelta(seconds=1), ends_at)] == [
        True,
        True,
        False,
    ]


def test_the_state_of_a_member_changes_with_password_and_address() -> None:
    states = [seals.state_of(kept, key) for kept, key in ((None, "a"), ("h", "a"), ("h", "b"), ("i", "a"))]

    assert len(set(states)) == 4
