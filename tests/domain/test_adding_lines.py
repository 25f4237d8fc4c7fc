"""Lines as organisers type or paste them."""

import pytest

from confman.domain.adding_lines import TypedPerson, lines_of, read


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Anna; Beispiel; Stadt; a@b.example", TypedPerson("Anna", "Beispiel", "Stadt", "a@b.example")),
        ("Anna;Beispiel", TypedPerson("Anna", "Beispiel")),
        (" Anna ; Beispiel ;; ", TypedPerson("Anna", "Beispiel")),
        ("Anna\tBeispiel\tStadt\ta@b.example", TypedPerson("Anna", "Beispiel", "Stadt", "a@b.example")),
        ("Anna; Beispiel; a@b.example", TypedPerson("Anna", "Beispiel", "", "a@b.example")),
        ("Anna; Beispiel; ; a@b.example", TypedPerson("Anna", "Beispiel", "", "a@b.example")),
        ("Anna; Beispiel; Büro @ Hafen; a@b.example", TypedPerson("Anna", "Beispiel", "Büro @ Hafen", "a@b.example")),
        ("Wulandari", TypedPerson("", "Wulandari")),
        ("; Wulandari; Stadt", TypedPerson("", "Wulandari", "Stadt")),
    ],
)
def test_a_line_names_somebody(line: str, person: TypedPerson) -> None:
    assert read(line) == person


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("Anna Beispiel", "Please put semicolons"),
        ("a@b.example", "Please put semicolons"),
        ("Anna;; Stadt", "The surname is missing"),
        ("Anna; a@b.example", "The surname belongs"),
        ("Anna; Beispiel; Stadt; a@b.example; Notiz", "There are more than three"),
    ],
)
def test_what_names_nobody_is_told(line: str, begins: str) -> None:
    assert str(read(line)).startswith(begins)


def test_empty_lines_say_nothing() -> None:
    assert lines_of("\nAnna; Beispiel;\n ; \n\t\nBo\n") == ["Anna; Beispiel", "Bo"]
