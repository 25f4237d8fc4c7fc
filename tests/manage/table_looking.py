"""What stands on a page of the table."""

import re
from html import unescape
from typing import Any

from tests.builders import AnEvent
from tests.office import Member

Page = str


def at(made: AnEvent, query: str = "") -> str:
    return f"/manage/events/{made.slug}/registrations{query}"


def see(member: Member, path: str, **params: str) -> Page:
    answer = member.see(path, **({"params": params} if params else {}))
    assert answer.status_code == 200, answer.text
    return answer.text


def rows(page: Page) -> list[list[str]]:
    """The cells of each person as a reader reads them."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return [[plain(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in _cut(body)]


def names(page: Page) -> list[str]:
    return [plain(name) for name in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page, re.DOTALL)]


def codes(page: Page) -> list[str]:
    found: list[str] = re.findall(r'name="codes" value="([^"]+)"', page)
    return found


def links(page: Page, within: str = "") -> dict[str, str]:
    """Address by text, of all or of those in the first element that has this class."""
    part = page.partition(f'class="{within}')[2].partition("</ul>" if within == "numbers" else "</nav>")[0]
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', part if within else page, re.DOTALL)
    return {plain(text): unescape(address) for address, text in found}


def found_number(page: Page) -> int:
    told = re.search(r"<strong>(\d+) Anmeldung", page)
    return int(told[1]) if told else 0


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _cut(body: str) -> Any:
    return re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
