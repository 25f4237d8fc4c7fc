from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confman.domain.codes import ALPHABET, CODES, code_of, normalised

_NUMBERS = st.integers(0, CODES - 1)


def _shown(symbols: list[str]) -> str:
    return f"{''.join(symbols[:4])}-{''.join(symbols[4:])}"


def test_no_symbol_looks_like_another() -> None:
    assert len(ALPHABET) == 31
    assert set(ALPHABET).isdisjoint("01ILO")


def test_a_code_is_shown_in_two_groups_of_four() -> None:
    assert code_of(0) == "2222-2222"
    assert code_of(1) == "2222-2239"
    assert code_of(CODES - 1) == "ZZZZ-ZZZ5"


@pytest.mark.parametrize("number", [-1, CODES])
def test_a_number_that_has_no_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"no code for {number}"):
        code_of(number)


@given(_NUMBERS, _NUMBERS)
def test_different_numbers_have_different_codes(one: int, other: int) -> None:
    assert (code_of(one) == code_of(other)) == (one == other)


@given(_NUMBERS)
def test_a_code_is_read_as_it_is_written(number: int) -> None:
    assert normalised(code_of(number)) == code_of(number)


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "–"),
        lambda code: f" {' '.join(code)}\n",
    ],
)
def test_a_code_is_read_however_it_was_typed(change: object) -> None:
    code = code_of(123_456_789)

    assert callable(change)
    assert normalised(change(code)) == code


@settings(max_examples=20)  # 240 wrong symbols each
@given(_NUMBERS)
def test_every_single_wrong_symbol_is_noticed(number: int) -> None:
    symbols = list(code_of(number).replace("-", ""))

    for position, right in enumerate(symbols):
        for wrong in set(ALPHABET) - {right}:
            assert normalised(_shown([*symbols[:position], wrong, *symbols[position + 1 :]])) is None


@given(_NUMBERS)
def test_every_two_different_symbols_that_changed_places_are_noticed(number: int) -> None:
    symbols = list(code_of(number).replace("-", ""))

    for first, second in combinations(range(8), 2):
        swapped = list(symbols)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        assert normalised(_shown(swapped)) == (None if symbols[first] != symbols[second] else code_of(number))


@given(st.text())
def test_other_texts_are_no_codes_and_do_no_harm(text: str) -> None:
    read = normalised(text)

    assert read is None or normalised(read) == read


@pytest.mark.parametrize("text", ["", "K7M4", "2222-22222", "0222-2222", "2222-222ı", "ſſſſ-ſſſſ", "22222222-\x00"])
def test_what_is_no_code_is_said_so(text: str) -> None:
    assert normalised(text) is None
