"""Many send the form at once: no place is given twice, and a double click is one registration."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_node import Api
from tests.builders import APart, an_event
from tests.races.harness import faults
from tests.web.visitor import BROWSER, FORM, people

CLICKS = 20


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Api]:
    node = Api(database_url, tmp_path)
    yield node
    node.close()


def form_key(site: Api) -> str:
    found = re.search(r'name="key" value="([^"]+)"', site.get(FORM, headers=BROWSER).text)
    assert found is not None
    return found[1]


def sent(key: str, family: str, **fields: str) -> tuple[str, str, dict[str, Any]]:
    data = {"key": key, "family_name": family, "email": f"{family.lower()}@lindenbrueck.example", **fields}
    return "POST", FORM, {"data": data, "headers": BROWSER}


def test_twenty_forms_at_once_for_five_places(site: Api) -> None:
    site.write(an_event, (APart("konferenz", 5),))
    asked = [sent(form_key(site), f"Person{number}") for number in range(20)]

    answers = site.all_at_once(asked)

    assert Counter(answer.status_code for answer in answers) == {303: 5, 409: 15}
    assert len(site.read(people)) == 5
    assert site.read(faults) == {}
    refused = [answer.text for answer in answers if answer.status_code == 409]
    assert all("ist inzwischen ausgebucht" in text and 'value="person' in text for text in refused)


def test_those_who_accept_waiting_all_get_in_line(site: Api) -> None:
    site.write(an_event, (APart("konferenz", 5),))
    asked = [sent(form_key(site), f"Person{number}", accept_waiting="parts") for number in range(20)]

    answers = site.all_at_once(asked)

    assert {answer.status_code for answer in answers} == {303}
    assert len(site.read(people)) == 20
    assert site.read(faults) == {}


def test_an_impatient_finger_registers_once(site: Api) -> None:
    site.write(an_event)
    asked = [sent(form_key(site), "Beispiel")] * CLICKS

    answers = site.all_at_once(asked)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == CLICKS
    assert len(site.read(people)) == 1
