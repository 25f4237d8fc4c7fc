"""The catalogue of sentences: `python -m scripts.catalogue` brings confman/locale/*.po up to date with the sources.

New sentences arrive without translation, gone ones leave, nothing is guessed. Exit code 1 while one lacks a text.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "confman" / "locale"
TRANSLATED = ("de",)
"""Languages with a file; English is what stands in the sources."""

_KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "say")),
    **dict.fromkeys(("ngettext", "say_count"), (1, 2)),
    "pgettext": ((1, "c"), 2),
}
_TEMPLATES = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|(?<!\{)\{\w*\}(?!\})")


def sources() -> Catalog:
    """All sentences of confman/ and templates/."""
    found = Catalog(charset="utf-8")
    for folder, method, options in (("confman", "python", {}), ("templates", "jinja2.ext:babel_extract", _TEMPLATES)):
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder,
            method_map=[("**.py" if method == "python" else "**.*", method)],
            options_map={"**.*": options},
            keywords=_KEYWORDS,
            comment_tags=("For translators:",),
            strip_comment_tags=True,
        ):
            found.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The catalogue as it is committed; empty if there is none yet."""
    file = LOCALE / f"{language}.po"
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as lines:
        return read_po(lines, locale=language)


def updated(language: str, found: Catalog) -> Catalog:
    """The committed catalogue with exactly the sentences of the sources."""
    catalogue = read(language)
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The file: in the order of the sources, without line numbers, so that a change shows what it changed."""
    catalogue.header_comment = f"# What confman says in {catalogue.locale.english_name if catalogue.locale else '?'}."
    catalogue.project, catalogue.version = "confman", ""
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_by_file=True, include_lineno=False, omit_header=True)
    head = (
        f'{catalogue.header_comment}\nmsgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return head.encode() + out.getvalue().lstrip()


def faults(catalogue: Catalog) -> Iterator[str]:
    """Sentences without a text, with a guessed one, or whose text has other placeholders, one a line."""
    for message in catalogue:
        if not message.id:
            continue
        texts = _forms(message.string)
        if not texts or not all(texts):
            yield f"no text: {message.id!r}"
        elif message.fuzzy:
            yield f"guessed: {message.id!r}"
        elif not _says_the_same_facts(_forms(message.id), texts):
            yield f"other facts: {message.id!r}"


def _forms(text: object) -> list[str]:
    """The one form, or all of a plural."""
    return [str(form or "") for form in text] if isinstance(text, (tuple, list)) else [str(text or "")]


def _says_the_same_facts(said: list[str], texts: list[str]) -> bool:
    """The last form has the same placeholders; that for one may leave some out („ein Platz“)."""
    known = [set(_PLACEHOLDER.findall(form)) for form in said]
    shown = [set(_PLACEHOLDER.findall(form)) for form in texts]
    return shown[-1] == known[-1] and all(facts <= known[-1] for facts in shown)


def main() -> int:
    found = sources()
    lacking = 0
    for language in TRANSLATED:
        catalogue = updated(language, found)
        (LOCALE / f"{language}.po").write_bytes(written(catalogue))
        for fault in faults(catalogue):
            print(f"{language}: {fault}")
            lacking += 1
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
