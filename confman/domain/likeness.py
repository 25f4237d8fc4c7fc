"""Whether two people of one event might be one who came twice: for an organiser to look at, never to decide by."""

from typing import Literal

Likeness = Literal["same_address", "same_name", "near_name"]
_LETTERS_OF_A_SLIP = 4


def beginning(sort_key: str) -> str:
    """What the sort keys of near names begin with: the surname and the first letter of the given name."""
    family, _, rest = sort_key.partition("  ")
    return f"{family}  {rest[:1]}" if rest else family


def near(one: str, other: str) -> bool:
    """Whether given names that are not equal are those of one person: Hans-Peter and Hans Peter, A. and Anna, Anna
    and Anan. Folded, as in sort keys.
    """
    first, second = one.replace(" ", ""), other.replace(" ", "")
    if first == second or first.startswith(second) or second.startswith(first):
        return True
    return min(len(first), len(second)) >= _LETTERS_OF_A_SLIP and _is_slip(first, second)


def likeness(one: tuple[str | None, str, str], other: tuple[str | None, str, str]) -> Likeness | None:
    """Of two people as (email key, name key, sort key); None where nothing says that they are one."""
    if one[1] == other[1]:
        return "same_name"
    (family, given), (family2, given2) = _split(one[2]), _split(other[2])
    if family == family2 and near(given, given2):
        return "near_name"
    return "same_address" if one[0] is not None and one[0] == other[0] else None


def _split(sort_key: str) -> tuple[str, str]:
    family, _, rest = sort_key.partition("  ")
    return family, rest.partition("  ")[0]


def _is_slip(one: str, other: str) -> bool:
    """One letter more, less or another, or two that changed places; of two of which neither begins with the other."""
    at = next(at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    rest, rest2 = one[at:], other[at:]
    swapped = rest[:2] == rest2[1::-1] and rest[2:] == rest2[2:]
    return swapped or rest[1:] == rest2[1:] or rest[1:] == rest2 or rest == rest2[1:]
