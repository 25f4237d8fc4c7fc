"""Short codes that people read aloud and type: seven symbols and a check symbol, as in K7M4-29QX.

The 31 symbols have nothing that looks like something else (no 0/O, 1/I/L); 31 is prime, so that a weighted sum with
different weights modulo 31 notices every single wrong symbol and every two that changed places.
"""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODES = 31**7
"""How many codes there are; a code stands for a number from 0 to CODES - 1."""

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
# The check symbol has the weight -1, that is 30: different from all others, and it need not be divided by.
_WEIGHTS = (1, 2, 3, 4, 5, 6, 7)
_SEPARATORS = str.maketrans(dict.fromkeys("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", ""))


def code_of(number: int) -> str:
    """The code of a number from 0 to CODES - 1, shown as K7M4-29QX. Raises ValueError outside."""
    if not 0 <= number < CODES:
        raise ValueError(f"no code for {number}")
    values = []
    rest = number
    for _ in _WEIGHTS:
        rest, value = divmod(rest, 31)
        values.append(value)
    values.reverse()
    values.append(_check(values))
    symbols = "".join([ALPHABET[value] for value in values])
    return f"{symbols[:4]}-{symbols[4:]}"


def normalised(text: str) -> str | None:
    """The code as we write it, typed in whatever case, with blanks, without the dash; None if it is none."""
    symbols = "".join(text.split()).translate(_SEPARATORS)
    if len(symbols) != 8 or not symbols.isascii():
        return None
    symbols = symbols.upper()
    values = [_VALUES.get(symbol, -1) for symbol in symbols]
    if -1 in values or _check(values) != values[7]:
        return None
    return f"{symbols[:4]}-{symbols[4:]}"


def _check(values: list[int]) -> int:
    return sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=False)) % 31
