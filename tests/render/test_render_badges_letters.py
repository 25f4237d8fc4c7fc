"""Every Latin letter of German registers (DIN 91379), Greek, Cyrillic: printed, and the same when read back."""

import json
import unicodedata

import pytest

from confman.render.badge_values import Finding
from confman.render.fonts import PLACEHOLDER, Weight, clean, noto, shape
from tests.render.badge_reading import findings, given_data, named, names_read, one_line, printed

# DIN 91379 letters that Unicode has no single character for, by their marks: from the chart of the Unicode
# normalisation forms, so base letters are composed as far as they go.
SEQUENCES = {
    "\u0300": "CFGKMPSTZcfgkmpstz",
    "\u0301": "JjÿĪī",
    "\u0302": "DKLMNdklmn",
    "\u0304": "CFHKNPSTZcfhknpstzÛûḲḳṢṣṬṭỤụ",
    "\u0306": "CMNRZcmnrzÇç",
    "\u0307": "KUku",
    "\u0308": "CTZczẠạỌọỤụ",
    "\u030b": "Aa",
    "\u030c": "J",
    "\u030d": "ēō",
    "\u0310": "Mm",
    "\u0315": "CKPTckptČč",
    "\u031b": "KTkt",
    "\u0323": "CPcpČč",
    "\u0325": "LRlr",
    "\u0326": "CHKLNchklnŽž",
    "\u0327": "ZzŽž",
    "\u0331": "HSs",
    "\u031b\u0304": "Ss",
    "\u0325\u0304": "LRlr",
    "\u0328\u0306": "Cc",
    "\u035fH": "K",
    "\u035fh": "Kk",
}
IN_SEQUENCE = [base + marks for marks, bases in SEQUENCES.items() for base in bases]
# Beside letters, the standard names these signs (its groups N1 to N3 and E1).
SIGNS = (
    "',-.`~¨´·ʹʺʾʿˈˌ’‡!\"#$%&()*+/0123456789:;<=>?@[\\]^_{|}¡¢£¥§©ª«¬®¯°±²³µ¶¹º»¿×÷€¤¦¸¼½¾"
    "ƒʰʳˆ˜ˢᵈᵗ‘‚“”„†…‰′″‹›⁰⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅₆₇₈₉™∞≤≥"
)


def letters(first: int, last: int) -> str:
    return "".join(
        c for c in map(chr, range(first, last + 1)) if unicodedata.category(c) in {"Lu", "Ll", "Lt", "Lo", "Lm"}
    )


@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize(
    "characters",
    [
        letters(0x41, 0x24F),
        letters(0x250, 0x2AF),
        letters(0x1E00, 0x1EFF),
        letters(0x386, 0x3CE),
        letters(0x400, 0x52F),
    ],
    ids=["Latin", "IPA", "Latin Extended Additional", "Greek", "Cyrillic"],
)
def test_every_letter_of_the_block_can_be_printed(characters: str, weight: Weight) -> None:
    assert shape(characters, weight).missing == ""


@pytest.mark.parametrize("weight", Weight)
def test_every_sequence_and_sign_of_the_standard_can_be_printed(weight: Weight) -> None:
    assert shape(" ".join(IN_SEQUENCE), weight).missing == ""
    assert shape(SIGNS, weight).missing == ""


def test_every_sequence_is_read_back_as_it_was_typed() -> None:
    words = [f"Be{sequence}an" for sequence in IN_SEQUENCE]

    assert names_read(printed(*map(named, words), on="a6-page")) == [one_line(word) for word in words]


def test_every_latin_letter_is_read_back_as_it_was_typed() -> None:
    alphabet = letters(0x41, 0x24F) + letters(0x1E00, 0x1EFF) + "ꞌꞋ"
    words = ["N" + alphabet[at : at + 8] for at in range(0, len(alphabet), 8)]

    assert names_read(printed(*map(named, words), on="a6-page")) == [one_line(word) for word in words]


@pytest.mark.parametrize("cluster", ["C\u0328\u0306", "S\u031b\u0304", "K\u0315"])
def test_marks_stand_at_their_letter_and_not_at_its_neighbour(cluster: str) -> None:
    (_, run, _) = shape(f"N{cluster}o", Weight.SEMIBOLD).runs

    boxes = [run.face.font.get_glyph_extents(glyph[0]) for glyph in run.glyphs]

    pen, scale = 0.0, run.face.unit
    for glyph, box in zip(run.glyphs, boxes, strict=True):
        assert pen + glyph[3] + box.x_bearing * scale >= 0
        pen += glyph[2]


def test_a_comma_right_of_its_letter_keeps_the_next_letter_away() -> None:
    assert shape("c\u0315n", Weight.SEMIBOLD).width > shape("cn", Weight.SEMIBOLD).width + 0.1


def test_a_mark_over_two_letters_takes_both_from_one_font() -> None:
    (run, rest) = shape("K\u035fHadija", Weight.SEMIBOLD).runs

    assert run.face is noto(Weight.SEMIBOLD)
    assert "".join(glyph[1] for glyph in run.glyphs) == "K\u035fH"
    assert "".join(glyph[1] for glyph in rest.glyphs) == "adija"


def test_ligatures_stay_letters() -> None:
    assert [glyph[1] for glyph in shape("Offizier", Weight.REGULAR).runs[0].glyphs] == list("Offizier")


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Żółkiewski",
        "Nguyễn Thị Hạnh",
        "Şahin Öztürk",
        "Jiří Dvořáček",
        "Ștefănița Țurcanu",
        "Þórdís Ægisdóttir",
        "Őze Sándorné",
        "Ģirts Ķēniņš",
        "Ħamrun Ġwanna",
        "Ελένη Παπαδοπούλου",
        "Олександр Ґаловський",
        "O’Connor-Fitzgerald",
    ],
)
def test_names_of_europe_are_read_back_as_they_were_typed(name: str) -> None:
    result = printed(named(name), on="a6-page")

    assert names_read(result) == [one_line(name)]
    assert Finding.MISSING not in findings(result)


def test_sample_names_of_many_languages_are_read_back_or_reported() -> None:
    rows = given_data("names-cldr", "cldr-sample-names.tsv").read_text("utf-8").splitlines()[1:]
    names = [" ".join(filter(None, row.split("\t")[2:])) for row in rows]

    results = [printed(named(name), on="a6-page") for name in names]

    for name, result in zip(names, results, strict=True):
        kinds = findings(result)
        if Finding.MISSING in kinds:
            assert PLACEHOLDER in names_read(result)[0]
        elif Finding.CUT not in kinds:
            assert names_read(result) == [one_line(name)]


def test_nasty_strings_are_read_back_or_reported() -> None:
    strings = json.loads(given_data("names-blns", "blns.json").read_text("utf-8"))

    results = [printed(named(text), on="a6-page") for text in strings]

    for text, result in zip(strings, results, strict=True):
        kinds = findings(result)
        if Finding.MISSING in kinds:
            assert PLACEHOLDER in names_read(result)[0]
        elif Finding.CUT not in kinds:
            # The reader takes apart the ligatures that Unicode has as characters; where a line breaks is no matter.
            read, typed = (
                unicodedata.normalize("NFKC", t).replace(" ", "") for t in (names_read(result)[0], clean(text))
            )
            assert read == typed
