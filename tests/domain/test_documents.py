"""Which files are handed out, and under which names."""

import pytest

from confman.domain.documents import KINDS, LONGEST_NAME, ending_of, label_of, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Programm.pdf", "Programm.pdf"),
        ("Grüße aus Köln.pdf", "Grüße-aus-Köln.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a-Set-Cookie-b.pdf"),
        ('a"b<c>.txt', "a-b-c.txt"),
        (".pdf", "pdf"),
        ("\u202egnp.exe.pdf", "gnp.exe.pdf"),
        ("…/.txt", "txt"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("ohne", "ohne"),
    ],
)
def test_names_are_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_kinds_are_called_as_people_call_them() -> None:
    assert [
        label_of("application/pdf", None),
        label_of("image/jpeg", "a"),
        label_of(None, "a.Key"),
        label_of(None, "a"),
    ] == [
        "PDF",
        "JPG",
        "KEY",
        "",
    ]
    assert [ending_of("a.B"), ending_of("a")] == ["b", ""]


def test_text_is_utf_8_without_nul() -> None:
    assert [KINDS["txt"].fits(content) for content in ("Grüße".encode(), b"", b"a\0", b"\xff")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_file_is_what_its_first_bytes_say() -> None:
    assert [KINDS["pdf"].fits(content) for content in (b"%PDF-1.7\n", b"<html>", b"")] == [True, False, False]
