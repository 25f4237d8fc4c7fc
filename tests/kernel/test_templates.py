from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from confman.kernel.files import folder
from confman.kernel.templates import environment


def _filled(text: str, language: str = "de", **facts: object) -> str:
    return environment(language).from_string(text).render(facts)


def test_there_is_one_environment_for_each_language() -> None:
    assert environment("de") is environment("de")
    assert environment("pl") is environment("de")
    assert environment("en") is not environment("de")


def test_facts_are_escaped_in_pages_and_not_in_plain_texts() -> None:
    autoescape = environment("de").autoescape

    assert _filled("{{ name }}", name="<b>&") == "&lt;b&gt;&amp;"
    assert callable(autoescape)
    assert [autoescape(name) for name in ("a/b.html", "a/b.xml", "a/b.txt", None)] == [True, True, False, True]


def test_sentences_and_dates_speak_the_language_of_the_environment() -> None:
    text = "{{ language }}: {{ _('until {date}') }} {{ day|day_long }} {{ at|span(none, 'Europe/Berlin') }}"
    facts = {"day": date(2027, 1, 26), "at": datetime(2027, 1, 26, 8, 30, tzinfo=UTC)}

    assert _filled(text, "de", **facts) == "de: bis {date} Dienstag, 26. Januar 2027 9:30 Uhr"
    assert _filled(text, "en", **facts) == "en: until {date} Tuesday, 26 January 2027 9:30"


def test_facts_in_sentences_are_escaped() -> None:
    assert _filled("{{ _('Hello %(name)s,', name=name) }}", "en", name="<b>") == "Hello &lt;b&gt;,"


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _filled("{{ nothing }}")


def test_blocks_leave_no_empty_lines() -> None:
    assert _filled("{% if true %}\n  {% if true %}\na\n  {% endif %}\n{% endif %}\nb") == "a\nb"


@pytest.mark.parametrize(
    "name", [str(path.relative_to(folder("templates"))) for path in sorted(folder("templates").rglob("*.*"))]
)
def test_every_template_can_be_read(name: str) -> None:
    assert environment("de").get_template(name).name == name


def test_a_phone_number_is_dialled_when_it_is_touched() -> None:
    link = '<a class="kern-link" href="tel:{}">{}</a>'
    assert _filled("{{ n|telephone }}", n="0221 4710-123") == link.format("02214710123", "0221 4710-123")
    assert _filled("{{ n|telephone }}", n="+49 (221) 4710 123") == link.format("+492214710123", "+49 (221) 4710 123")
    assert _filled("{{ n|telephone }}", n="4710-123 (9–12 Uhr) <b>") == "4710-123 (9–12 Uhr) &lt;b&gt;"
