"""A PDF of pages made of glyphs and paths: reportlab keeps the file, harfbuzz has placed and subsets the letters.

reportlab's own TrueType text knows characters only: no kerning, no mark positions, and its shaping extra hands out
private-use codes that cannot be read back. Here each (glyph, text) pair is a code of its own, so that the page shows
what harfbuzz placed and gives the very characters when somebody searches or copies. Its canvas would name an
unembedded Helvetica on each page and keep all pages uncompressed until the end: so this uses the objects beneath it.
"""

import hashlib
import zlib
from functools import lru_cache
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc

from confman.render.fonts import Face, Glyph, Line

POINTS_PER_MM = 72 / 25.4
_NOT_NEEDED_IN_PRINT = {
    int.from_bytes(tag, "big")
    for tag in (b"GSUB", b"GPOS", b"GDEF", b"OS/2", b"name", b"post", b"cmap", b"kern", b"STAT", b"DSIG", b"gasp")
}
_VERSION = (1, 5)  # the first that has ActualText outside of structure trees
_MOST_TEXTS_A_BLOCK = 100  # ISO 32000-1, 9.10.3


def number(value: float) -> str:
    """A length as PDF writes it: two digits, 0.35 hundredths of a millimetre."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


class _EmbeddedFont:
    """One face of one document, with the glyphs that were used."""

    def __init__(self, name: str, face: Face) -> None:
        self.name = name
        self.face = face
        self._codes: dict[tuple[int, str], tuple[str, float]] = {}

    def code(self, glyph: Glyph) -> tuple[str, float]:
        """The code in hexadecimal and the width that goes with it; numbered from 1 as the glyphs come."""
        key = glyph[:2]
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = (f"{len(self._codes) + 1:04X}", self.face.advance(glyph[0]))
        return code

    def write(self, document: Any) -> None:
        """Puts the font's objects into reportlab's document, where all pages find it by name."""
        glyphs, file = self._subset()
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(repr(self._codes).encode()).digest()[:6])
        name = f"/{tag}+{self.face.name}"
        descendant = {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": _dictionary(Registry="(Adobe)", Ordering="(Identity)", Supplement=0),
            "FontDescriptor": document.Reference(self._descriptor(document, name, file)),
            "DW": 0,
            "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray([width for _, width in self._codes.values()])]),
            "CIDToGIDMap": document.Reference(_stream(b"".join(n.to_bytes(2, "big") for n in [0, *glyphs]))),
        }
        font = _dictionary(
            Type="/Font",
            Subtype="/Type0",
            BaseFont=name,
            Encoding="/Identity-H",
            DescendantFonts=pdfdoc.PDFArray([document.Reference(_dictionary(**descendant))]),
            ToUnicode=document.Reference(_stream(self._texts().encode("ascii"))),
        )
        document.idToObject["BasicFonts"].dict[self.name] = document.Reference(font)

    def _subset(self) -> tuple[list[int], bytes]:
        """The new numbers of the used glyphs in the order of their codes, and the font file with these alone."""
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_HINTING
        wanted.glyph_set.update({glyph for glyph, _ in self._codes})
        wanted.drop_table_tag_set.update(_NOT_NEEDED_IN_PRINT)
        plan = hb.SubsetPlan(self.face.file, wanted)
        renumbered = plan.old_to_new_glyph_mapping
        return [renumbered[glyph] for glyph, _ in self._codes], plan.execute().blob.data

    def _descriptor(self, document: Any, name: str, file: bytes) -> pdfdoc.PDFDictionary:
        boxes = [self.face.box(glyph) for glyph, _ in self._codes]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        content = _stream(file)
        content.dictionary["Length1"] = len(file)
        return _dictionary(
            Type="/FontDescriptor",
            FontName=name,
            Flags=4,
            FontBBox=pdfdoc.PDFArray([round(n) for n in (min(lefts), min(bottoms), max(rights), max(tops))]),
            ItalicAngle=0,
            Ascent=935,
            Descent=-265,
            CapHeight=692,
            StemV=120,
            FontFile2=document.Reference(content),
        )

    def _texts(self) -> str:
        """The ToUnicode map (ISO 32000-1, 9.10.3)."""
        pairs = [(code, text) for (_, text), (code, _) in self._codes.items() if text]
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        for start in range(0, len(pairs), _MOST_TEXTS_A_BLOCK):
            block = pairs[start : start + _MOST_TEXTS_A_BLOCK]
            lines.append(f"{len(block)} beginbfchar")
            lines += [f"<{code}> <{_utf16(text)}>" for code, text in block]
            lines.append("endbfchar")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines)


def _dictionary(**entries: Any) -> pdfdoc.PDFDictionary:
    return pdfdoc.PDFDictionary(entries)


def _stream(content: bytes) -> pdfdoc.PDFStream:
    return pdfdoc.PDFStream(_dictionary(Filter="/FlateDecode"), zlib.compress(content))


class Document:
    """Pages of operators in points, origin bottom left; equal calls give equal bytes."""

    def __init__(self, *, title: str, language: str) -> None:
        file: Any = pdfdoc.PDFDocument(compression=0, invariant=1, lang=language, pdfVersion=_VERSION)
        self._file = file
        self._file.info.title = title
        self._file.info.creator = "confman"
        self._file.info.author = self._file.info.subject = ""
        scaling = pdfdoc.ViewerPreferencesPDFDictionary()
        scaling["PrintScaling"] = "None"  # a silent 96 % moves every label
        self._file.Catalog.ViewerPreferences = scaling
        self._fonts: dict[Face, _EmbeddedFont] = {}
        self._set = lru_cache(maxsize=512)(self._set_anew)  # institutions, categories and the foot come again and again

    def page(self, width_mm: float, height_mm: float, operators: list[str]) -> None:
        page: Any = pdfdoc.PDFPage()
        page.Resources = _dictionary(Font=pdfdoc.PDFObjectReference(pdfdoc.BasicFonts))
        page.pagewidth, page.pageheight = (round(side * POINTS_PER_MM, 3) for side in (width_mm, height_mm))
        page.Contents = _stream("\n".join(operators).encode("ascii"))
        self._file.addPage(page)

    def finish(self) -> bytes:
        for font in self._fonts.values():
            font.write(self._file)
        data: bytes = self._file.GetPDFData(None)
        return data

    def text(self, line: Line, x: float, y: float, size: float) -> str:
        """The operators that set the line on the baseline y with its leftmost ink at x or right of it."""
        before, after = self._set(line, size)
        return f"{before}BT {number(x + line.left * size)} {number(y)} Td {after}"

    def _set_anew(self, line: Line, size: float) -> tuple[str, str]:
        """What stands before and after the operator of place."""
        runs = [
            f"/{font.name} {number(size * face.scale)} Tf {_shown(font, glyphs, size * face.scale)}"
            for (face, glyphs) in line.runs
            for font in [self._font(face)]
        ]
        if not line.has_marks:
            return "", " ".join([*runs, "ET"])
        # Readers guess the order of marks from their place on the page; this tells them what was written.
        return f"/Span <</ActualText <FEFF{_utf16(line.printed)}>>> BDC ", " ".join([*runs, "ET EMC"])

    def _font(self, face: Face) -> _EmbeddedFont:
        font = self._fonts.get(face)
        if font is None:
            font = self._fonts[face] = _EmbeddedFont(f"T{len(self._fonts) + 1}", face)
        return font


def _shown(font: _EmbeddedFont, glyphs: tuple[Glyph, ...], size: float) -> str:
    """Glyphs as TJ arrays; a move inside is counted leftwards in 1/1000 of the size, a rise in points."""
    pieces: list[str] = []
    pending = ""
    move = 0.0
    rise = 0.0
    for glyph in glyphs:
        _, _, advance, dx, dy = glyph
        if dy != rise:
            pieces.append(f"<{pending}>] TJ {number(dy * size / 1000)} Ts [")
            pending, rise = "", dy
        move -= dx
        if abs(move) >= 0.5:
            pieces.append(f"<{pending}>{number(move)}" if pending else number(move))
            pending, move = "", 0.0
        code, own_advance = font.code(glyph)
        pending += code
        move += dx + own_advance - advance
    last = f"<{pending}>{number(move)}" if abs(move) >= 0.5 else f"<{pending}>"
    return "[" + "".join(pieces) + last + "] TJ" + (" 0 Ts" if rise else "")
