"""People as they are typed or pasted, one a line: „Vorname; Nachname; Institution; E-Mail“."""

import re
from dataclasses import dataclass

from confman.domain.errors import N_

AT_MOST = 50
_BORDER = re.compile(r"[;\t]")
_FIELDS = 4


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """`email` and `institution` may be empty; so may `given_name`, for who has one name."""

    given_name: str
    family_name: str
    institution: str = ""
    email: str = ""


def lines_of(text: str) -> list[str]:
    """What stands in a box, without empty lines."""
    return [line for typed in text.split("\n") if (line := typed.strip(" \t;"))]


def read(line: str) -> TypedPerson | str:
    """Whom the line names, or what is wrong with it. Columns of a table that were pasted are as good as semicolons."""
    parts = [part.strip() for part in _BORDER.split(line)]
    if len(parts) > _FIELDS:
        return N_("There are more than three semicolons. Please type: given name; surname; institution; e-mail.")
    if len(parts) == 1:
        if " " in parts[0] or "@" in parts[0]:
            return N_("Please put semicolons between: given name; surname; institution; e-mail.")
        return TypedPerson("", parts[0])
    given, family, institution, email = parts + [""] * (_FIELDS - len(parts))
    if not family:
        return N_("The surname is missing after the first semicolon.")
    if "@" in family:
        return N_("The surname belongs where the address is. Please type: given name; surname; institution; e-mail.")
    if "@" in institution and not email:
        institution, email = "", institution
    return TypedPerson(given, family, institution, email)
