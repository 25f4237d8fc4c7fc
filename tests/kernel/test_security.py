import base64
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.kernel.security import FormKey, Link, Purpose, Secrets, hash_of, new_nonce, new_receipt, new_token

_OLD, _NEW, _FOREIGN = (letter * 32 for letter in (b"o", b"n", b"f"))
_SECRETS = Secrets((_NEW, _OLD))
_IDS = st.uuids()
_GENERATIONS = st.integers(0, 300) | st.integers(0, 2**28 - 1)
_PURPOSES = st.sampled_from(Purpose)
_ID = UUID("018f3b1c-0000-7000-8000-0123456789ab")
_NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
_NONCE = b"0123456789ab"


def _mutations(text: str) -> list[str]:
    """All texts that differ in one character, lack it, or have one more."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
    changed = [
        text[:at] + letter + text[at + 1 :] for at in range(len(text)) for letter in letters if text[at] != letter
    ]
    shorter = [text[:at] + text[at + 1 :] for at in range(len(text))]
    longer = [text[:at] + letter + text[at:] for at in (0, len(text) // 2, len(text)) for letter in letters]
    return changed + shorter + longer


@given(_PURPOSES, _IDS, _GENERATIONS)
def test_a_link_says_what_was_signed(purpose: Purpose, registration: UUID, generation: int) -> None:
    token = _SECRETS.sign_link(purpose, registration, generation)

    assert _SECRETS.read_link(purpose, token) == Link(registration, generation)


@given(_PURPOSES, _PURPOSES, _IDS, _GENERATIONS)
def test_a_link_is_good_for_its_own_purpose_only(
    signed: Purpose, asked: Purpose, registration: UUID, generation: int
) -> None:
    token = _SECRETS.sign_link(signed, registration, generation)

    assert (_SECRETS.read_link(asked, token) is not None) == (signed is asked)


def test_a_genuine_mac_spelled_for_another_purpose_opens_nothing() -> None:
    ticket = _SECRETS.sign_link(Purpose.TICKET, _ID, 0)
    as_base64 = base64.urlsafe_b64encode(base64.b32decode(ticket)).decode().rstrip("=")
    feed = _SECRETS.sign_link(Purpose.FEED, _ID, 0)
    as_base32 = base64.b32encode(base64.urlsafe_b64decode(feed)).decode().rstrip("=")

    for purpose in Purpose:
        assert _SECRETS.read_link(purpose, as_base64) is None
        assert _SECRETS.read_link(purpose, as_base32) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_with_one_wrong_character_is_no_link(purpose: Purpose) -> None:
    for generation in (0, 200):
        token = _SECRETS.sign_link(purpose, _ID, generation)
        spelled_otherwise = {token.lower()} if purpose is Purpose.TICKET else set()
        wrong = [text for text in _mutations(token) if text.lower() not in spelled_otherwise]

        assert [text for text in wrong if _SECRETS.read_link(purpose, text) is not None] == []


@given(_PURPOSES, st.text() | st.text(alphabet="Aa2_-=", max_size=60))
def test_any_other_text_is_no_link_and_no_form_key(purpose: Purpose, text: str) -> None:
    assert _SECRETS.read_link(purpose, text) is None
    assert _SECRETS.read_form_key(text) is None


def test_a_raised_generation_gives_another_link() -> None:
    links = {_SECRETS.sign_link(Purpose.MANAGE, _ID, generation) for generation in range(500)}

    assert len(links) == 500


def test_the_first_secret_signs_and_all_verify() -> None:
    before = Secrets((_OLD,)).sign_link(Purpose.MANAGE, _ID, 3)

    assert _SECRETS.read_link(Purpose.MANAGE, before) == Link(_ID, 3)
    assert _SECRETS.sign_link(Purpose.MANAGE, _ID, 3) == Secrets((_NEW,)).sign_link(Purpose.MANAGE, _ID, 3)
    assert Secrets((_FOREIGN,)).read_link(Purpose.MANAGE, before) is None


def test_links_are_short_and_a_ticket_suits_the_alphanumeric_mode_of_qr_codes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", _SECRETS.sign_link(Purpose.MANAGE, _ID, 127))
    assert re.fullmatch(r"[A-Z2-7]{40}", _SECRETS.sign_link(Purpose.TICKET, _ID, 127))


def test_a_ticket_is_read_in_small_letters_too() -> None:
    ticket = _SECRETS.sign_link(Purpose.TICKET, _ID, 1)

    assert _SECRETS.read_link(Purpose.TICKET, ticket.lower()) == Link(_ID, 1)


@pytest.mark.parametrize("generation", [-1, 2**28])
def test_a_generation_out_of_bounds_is_refused(generation: int) -> None:
    with pytest.raises(ValueError, match="no generation"):
        _SECRETS.sign_link(Purpose.FEED, _ID, generation)


@pytest.mark.parametrize("values", [(), (b"short",), (_NEW, b"short")])
def test_weak_secrets_are_refused(values: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Secrets(values)


def test_secrets_and_plain_tokens_do_not_show_in_traces() -> None:
    token = new_token()

    assert "nnnn" not in repr(_SECRETS)
    assert token.plain not in repr(token)


def test_a_form_key_says_its_event_second_and_nonce() -> None:
    key = _SECRETS.sign_form_key(_ID, _NOW + timedelta(milliseconds=900), _NONCE)

    assert _SECRETS.read_form_key(key) == FormKey(_ID, _NOW, _NONCE)
    assert len(key) == 66


def test_a_form_key_with_one_wrong_character_is_none() -> None:
    key = _SECRETS.sign_form_key(_ID, _NOW, _NONCE)

    assert [text for text in _mutations(key) if _SECRETS.read_form_key(text) is not None] == []


def test_a_form_key_is_no_link_and_a_link_no_form_key() -> None:
    key = _SECRETS.sign_form_key(_ID, _NOW, _NONCE)

    assert [_SECRETS.read_link(purpose, key) for purpose in Purpose] == [None] * 4
    assert [_SECRETS.read_form_key(_SECRETS.sign_link(purpose, _ID, 0)) for purpose in Purpose] == [None] * 4


def test_a_form_key_lapses_after_a_day() -> None:
    key = FormKey(_ID, _NOW, _NONCE)

    assert not key.has_lapsed(_NOW + timedelta(days=1) - timedelta(microseconds=1))
    assert key.has_lapsed(_NOW + timedelta(days=1))


def test_a_form_key_needs_a_whole_nonce() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        _SECRETS.sign_form_key(_ID, _NOW, b"short")


def test_nonces_and_tokens_are_new_each_time() -> None:
    assert len({new_nonce() for _ in range(100)}) == 100
    assert len({new_token().plain for _ in range(100)}) == 100
    assert len({new_receipt().plain for _ in range(100)}) == 100


def test_a_token_is_known_by_its_hash() -> None:
    token, receipt = new_token(), new_receipt()

    assert re.fullmatch(r"confman_[A-Za-z0-9_-]{43}", token.plain)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", receipt.plain)
    assert (hash_of(token.plain), len(token.hash)) == (token.hash, 32)
    assert hash_of("\ud800") != hash_of("?")
