"""Who might be one person who came twice."""

import pytest

from confman.domain.likeness import beginning, likeness, near
from confman.domain.people import name_key, sort_key


def of(given: str, family: str, address: str | None = None) -> tuple[str | None, str, str]:
    return address, name_key(given, family), sort_key(given, family)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (of("Anna", "Schmidt"), of("Anna", "Schmidt", "a@b.example"), "same_name"),
        (of("Dr. Anna", "Schmidt"), of("ANNA", "schmidt"), "same_name"),
        (of("Hans-Peter", "Müller"), of("Hans Peter", "Müller"), "near_name"),
        (of("A.", "Beispiel"), of("Anna", "Beispiel"), "near_name"),
        (of("Anna", "Beispiel"), of("Anan", "Beispiel"), "near_name"),
        (of("Katharina", "von der Wiese"), of("Catharina", "von der Wiese"), "near_name"),
        (of("Stefan", "Beispiel"), of("Steffan", "Beispiel"), "near_name"),
        (of("Steffan", "Beispiel"), of("Stefan", "Beispiel"), "near_name"),
        (of("Wulandari", ""), of("", "Wulandari"), "same_name"),
        (of("Anna", "Beispiel", "a@b.example"), of("Jonas", "Muster", "a@b.example"), "same_address"),
        (of("Anna", "Beispiel", "a@b.example"), of("Anna", "Muster", "b@b.example"), None),
        (of("Anna", "Beispiel"), of("Jonas", "Beispiel"), None),
        (of("Ida", "Beispiel"), of("Ada", "Beispiel"), None),  # short names are near to everything
        (of("Anna", "Beispiel"), of("Jonas", "Muster"), None),
    ],
)
def test_near_names_and_same_addresses_are_told(
    one: tuple[str | None, str, str], other: tuple[str | None, str, str], why: str | None
) -> None:
    assert (likeness(one, other), likeness(other, one)) == (why, why)


def test_two_who_changed_places_are_a_slip_but_more_are_not() -> None:
    assert near("katharina", "kahtarina")
    assert not near("katharina", "kahtarian")
    assert not near("martin", "martha")


def test_near_names_begin_the_same() -> None:
    beginnings = {beginning(sort_key(given, "von der Leyen")) for given in ("Ursula", "Uschi", "U.")}

    assert beginnings == {"leyen  u"}
    assert beginning(sort_key("", "Wulandari")) == "wulandari"
