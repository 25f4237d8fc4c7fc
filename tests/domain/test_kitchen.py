"""What the kitchen must know, in numbers."""

from uuid import UUID

from confman.domain.kitchen import Meal, counted

ADA, BEA, CEM, DORA = (UUID(int=number) for number in range(4))


def test_wishes_are_counted_of_those_who_eat() -> None:
    answers = [
        (ADA, "food", "vegan"),
        (BEA, "food", "vegan"),
        (BEA, "allergy", ["nuts", "milk"]),
        (DORA, "food", "vegan"),
    ]

    assert counted({ADA, BEA, CEM}, answers, {BEA, DORA}) == Meal(
        total=3,
        wishes={("food", "vegan"): 2, ("allergy", "nuts"): 1, ("allergy", "milk"): 1},
        without=1,
        notes=1,
    )


def test_an_empty_answer_is_no_wish() -> None:
    assert counted({ADA}, [(ADA, "allergy", [])], ()).without == 1
