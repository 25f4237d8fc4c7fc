"""Where things stand: inside the label and its safe zone, beside the code, whatever the text."""

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from confman.render.badge_document import Document
from confman.render.badge_klar import Klar
from confman.render.badge_values import Badge, Field, Finding
from confman.render.badges import BadgeOptions, badges
from confman.render.fitting import Sizes, fit, halved
from confman.render.fonts import Weight
from confman.render.label_sheets import SHEETS, Sheet, sheet
from tests.render.badge_reading import PERSON, POINTS_PER_MM, TICKET, holds, label_boxes, named, objects, printed

SAFE_MM = 3.8
"""Of the 4 mm that are kept free: dots of an Ï reach a hair beyond the room that its font gives it."""
MARKED = replace(PERSON, given_name="Ắ̀̀" * 9, family_name="y̨̨̨" * 9, title="Ǻ̀̀")
EXTREMES = [
    replace(PERSON, title="Prof. Dr. Dr. h. c. mult.", no_photo=True, mark="F12"),
    replace(PERSON, given_name="Maximiliane", family_name="Freifrau zu Hohenbeispiel-Mustermannshausen", no_photo=True),
    replace(PERSON, given_name="x" * 400, family_name="y" * 400, institution="z" * 400, title="t" * 400),
    replace(PERSON, given_name="W i d e " * 50, family_name="W-" * 200, institution="und " * 100),
    MARKED,
    replace(
        PERSON, given_name="Nguyễn Thị", family_name="Hạnh", title="Dr.", institution="Amt für Stadtentwicklung " * 2
    ),
    replace(PERSON, given_name="", family_name="Bo"),
    replace(PERSON, category_word="Mitwirkende aus Partnerstädten und Nachbargemeinden" * 2, mark="WWWWWWWWWWWW"),
    replace(PERSON, event_line="W" * 200, date_line="W" * 100),
    replace(PERSON, given_name="محمد 李", family_name="🎉"),
    replace(PERSON, given_name="Gyula", family_name="Pfaffenberg", title="", institution=""),
]


def ink_outside(pdf: bytes, on: Sheet, margin_mm: float) -> list[tuple[int, int, int, int] | None]:
    """Of each page at 144 dots per inch, where there is ink in no label (or in its margin); a dot is forgiven."""
    stray = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=2).to_pil().convert("L")
        inset = 2 * margin_mm * POINTS_PER_MM - 1
        for left, bottom, right, top in label_boxes(on):
            upper, lower = picture.height - 2 * top, picture.height - 2 * bottom
            picture.paste(255, tuple(map(round, (2 * left + inset, upper + inset, 2 * right - inset, lower - inset))))
        stray.append(ImageChops.invert(picture).getbbox())
    return stray


@pytest.mark.parametrize("on", SHEETS.values(), ids=SHEETS)
def test_all_ink_keeps_the_safe_zone_of_its_label(on: Sheet) -> None:
    result = badges(EXTREMES, on, BadgeOptions("Namensschilder"))

    assert set(ink_outside(result.pdf, on, SAFE_MM)) == {None}


@pytest.mark.parametrize("on", SHEETS.values(), ids=SHEETS)
def test_nothing_overlaps_the_code_or_its_quiet_zone(on: Sheet) -> None:
    for badge in EXTREMES:
        page = pypdfium2.PdfDocument(badges([badge], on, BadgeOptions("x")).pdf)[0]
        drawn = [box for _, box in objects(page)]
        code = max(drawn, key=lambda box: (round(box[2]), -round(box[1])))
        quiet = 2.0  # two of the four quiet modules; the rest is the column's gutter

        touching = [
            box
            for box in drawn
            if box is not code
            and box[0] < code[2] + quiet
            and box[2] > code[0] - quiet
            and box[1] < code[3] + quiet
            and box[3] > code[1] - quiet
        ]

        assert touching == []


@pytest.mark.parametrize("on", SHEETS.values(), ids=SHEETS)
def test_texts_do_not_overlap_each_other(on: Sheet) -> None:
    forgiven = 0.7  # the reader knows a glyph's box to 1/64 of its size only
    for badge in (badge for badge in EXTREMES if badge is not MARKED):  # there each mark is a text of its own
        page = pypdfium2.PdfDocument(badges([badge], on, BadgeOptions("x")).pdf)[0]
        texts = sorted((box for kind, box in objects(page) if kind == "text"), key=lambda box: box[1])

        overlaps = [
            (low, high)
            for number, low in enumerate(texts)
            for high in texts[number + 1 :]
            if high[1] < low[3] - forgiven and low[0] < high[2] - forgiven and high[0] < low[2] - forgiven
        ]

        assert overlaps == []


@pytest.mark.parametrize("on", SHEETS.values(), ids=SHEETS)
def test_outlines_stand_on_the_edges_of_the_labels(on: Sheet) -> None:
    page = pypdfium2.PdfDocument(badges([], on, BadgeOptions("x", has_outlines=True)).pdf)[0]

    assert (
        len([1 for box in objects(page) if any(holds(label, box[1], -0.2) for label in label_boxes(on))]) == on.per_page
    )


anything = st.text(max_size=60) | st.text(alphabet="aWi -Ấ̂\u0301\u0328gﷺ\u202e", max_size=500)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.fixed_dictionaries(
        {
            "title": anything,
            "given_name": anything,
            "family_name": anything,
            "badge_name": st.none() | anything,
            "institution": anything,
            "category_word": anything,
            "category_colour": st.text(max_size=8) | st.just("#ff8800"),
            "event_line": anything,
            "date_line": anything,
            "mark": anything,
            "no_photo": st.booleans(),
            "ticket_url": st.sampled_from([None, TICKET, ""]) | st.text(max_size=80),
            "code": st.just("K7M4-29QX"),
        }
    ),
    on=st.sampled_from(list(SHEETS.values())),
)
def test_any_text_stays_inside_the_safe_zone(texts: dict[str, Any], on: Sheet) -> None:
    result = badges([Badge(**texts)], on, BadgeOptions("x"))

    assert set(ink_outside(result.pdf, on, SAFE_MM)) == {None}


def test_a_short_name_is_44_points_and_a_usual_one_at_least_28() -> None:
    assert fit(("Bo", "Li"), Weight.SEMIBOLD, (200, 200), Sizes(44, 28, 10)).size == 44
    for title in ("", "Dr."):
        usual = replace(PERSON, title=title, institution="Stadt Lindenbrück, Amt für Stadtentwicklung")
        assert printed(usual).report == ()


def test_a_name_is_broken_where_its_halves_are_most_alike() -> None:
    assert halved("Freifrau zu Hohenbeispiel-Mustermannshausen", Weight.SEMIBOLD) == (
        "Freifrau zu Hohenbeispiel-",
        "Mustermannshausen",
    )
    assert halved("Wulandari", Weight.SEMIBOLD) == ("Wulandari",)


def test_a_text_in_the_least_size_fills_its_first_line_before_the_second_is_cut() -> None:
    fitted = fit(("aaa " * 40,), Weight.REGULAR, (100, 22), Sizes(10, 10, 10))

    first, second = fitted.lines
    assert (first.text.endswith("aaa"), second.text.endswith("…"), fitted.is_cut) == (True, True, True)
    assert first.width * fitted.size > 80


def test_labels_too_small_for_the_design_are_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        Klar(Document(title="x", language="de"), 63.5, 29.6)


def test_sheets_are_found_by_their_short_names() -> None:
    assert sheet("L4785") is SHEETS["avery-l4785"]
    assert sheet(" a6 ") is SHEETS["a4-a6"]
    with pytest.raises(LookupError, match="'L9999' is none of avery-l4785"):
        sheet("L9999")


def test_a_sheet_whose_margins_and_labels_miss_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match=r"margins and labels make 209\.5 x 297"):
        Sheet("x", "x", 80, 50, 2, 5, 17, 13.5, 95, 55, 17.5, 13.5)
    with pytest.raises(ValueError, match="overlap"):
        Sheet("x", "x", 80, 50, 2, 5, 27.5, 13.5, 75, 55, 27.5, 13.5)


def test_labels_are_filled_row_by_row_from_the_top_left() -> None:
    corners = list(sheet("L4785").corners())

    assert corners[:3] == [(17.5, 233.5), (112.5, 233.5), (17.5, 178.5)]
    assert corners[-1] == (112.5, 13.5)


def test_a_cut_mark_and_category_are_reported_once_for_all() -> None:
    people = [replace(EXTREMES[7], code=code) for code in "AB"]

    assert [(r.code, r.field, r.finding) for r in printed(*people).report] == [
        ("", Field.CATEGORY, Finding.CUT),
        ("", Field.MARK, Finding.CUT),
    ]


def test_a_blank_label_holds_no_ink() -> None:
    assert list(objects(pypdfium2.PdfDocument(printed(named("")).pdf)[0])) == []


def test_a_pale_category_gets_an_edge_to_be_seen_on_white_paper() -> None:
    def paths(colour: str) -> int:
        page = pypdfium2.PdfDocument(printed(replace(PERSON, category_colour=colour)).pdf)[0]
        return len([kind for kind, _ in objects(page) if kind == "path"])

    assert paths("#ffffff") == paths("#1d4ed8") + 1


def test_of_two_names_only_the_one_too_long_is_cut() -> None:
    fitted = fit(("Bo", "x" * 100), Weight.SEMIBOLD, (100, 60), Sizes(10, 10, 10))

    assert (fitted.lines[0].text, fitted.lines[1].text[-1], fitted.is_broken) == ("Bo", "…", False)


def test_a_text_whose_first_word_is_too_long_is_cut_in_it() -> None:
    fitted = fit((f"{'x' * 60} {'y' * 60}",), Weight.SEMIBOLD, (100, 60), Sizes(10, 10, 10))

    assert [line.text.strip("x") for line in fitted.lines] == ["…"]
