"""Words into a box: as large as they go, double names in two lines, then smaller, and cut as the very last."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product
from math import floor

from confman.render.fonts import Line, Weight, clusters, shape

_CAPITAL = 0.72  # even a line without tall letters keeps the height of capitals, so that neighbours look alike
_DESCENT = 0.2
_LEADING = {Weight.REGULAR: 1.1, Weight.SEMIBOLD: 1.02}  # small text needs air, a name holds together
_AIR = 0.04  # between a descender or lower mark and the accent below it
_WORTH_BREAKING = 1.1  # two lines must bring at least this much size
_BREAKS_TRIED = 12
_BREAK = re.compile(r"[ \-‐–/]")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in points: the largest, the least without breaking lines, the least without cutting."""

    largest: float
    wanted: float
    least: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of one size. `steps` in points: top to first baseline, baseline to baseline, last baseline to bottom."""

    lines: tuple[Line, ...]
    steps: tuple[float, ...]
    size: float
    is_broken: bool
    is_cut: bool

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last, in points."""
        return sum(self.steps)

    def baselines(self) -> list[float]:
        """Distances from the top of the block down to each baseline, in points."""
        return list(accumulate(self.steps[:-1]))


_NOTHING = Fitted((), (), 0, is_broken=False, is_cut=False)


def _steps(lines: Sequence[Line], weight: Weight) -> list[float]:
    """As `Fitted.steps`, in units of the size."""
    steps = [max(_CAPITAL, lines[0].top)]
    for above, below in pairwise(lines):
        steps.append(max(_LEADING[weight], below.top - above.bottom + _AIR))
    return [*steps, max(_DESCENT, -lines[-1].bottom)]


def _largest(lines: Sequence[Line], weight: Weight, box: tuple[float, float], most: float) -> float:
    """In whole tenths of a point, rounded down."""
    width, height = box
    size = min([most, height / sum(_steps(lines, weight)), *(width / line.width for line in lines if line.width)])
    return floor(size * 10) / 10


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Ways to break at a space or after a hyphen, those near the middle only."""
    places = [match.end() for match in re.finditer(_BREAK, text) if match.end() < len(text)]
    for place in sorted(places, key=lambda at: abs(2 * at - len(text)))[:_BREAKS_TRIED]:
        first, second = text[:place].rstrip(" "), text[place:]
        if first and second:
            yield first, second


def _broken(text: str, weight: Weight) -> tuple[Line, ...] | None:
    """The two lines whose wider one is narrowest."""
    pairs = [(shape(first, weight), shape(second, weight)) for first, second in _halves(text)]
    return min(pairs, key=lambda pair: max(pair[0].width, pair[1].width), default=None)


def halved(text: str, weight: Weight) -> tuple[str, ...]:
    """The text in its two most equal lines, or alone where it has no place to break."""
    pair = _broken(text, weight)
    return (pair[0].text, pair[1].text) if pair else (text,)


def _layouts(whole: Sequence[Line], weight: Weight) -> list[tuple[Line, ...]]:
    """Every choice of lines to break in two: fewest lines first, then the narrowest."""
    ways = [[(line,), pair] if (pair := _broken(line.text, weight)) else [(line,)] for line in whole]
    layouts = [tuple(line for part in way for line in part) for way in product(*ways)]
    return sorted(layouts, key=lambda lines: (len(lines), max(line.width for line in lines)))


def _cut(line: Line, weight: Weight, width: float) -> Line:
    """The longest beginning that fits `width` (units of the size) with an ellipsis behind it."""
    if line.width <= width:
        return line
    letters = list(clusters(line.text))
    fits, fails = 0, len(letters)
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if shape("".join(letters[:middle]).rstrip() + "…", weight).width <= width:
            fits = middle
        else:
            fails = middle
    return shape("".join(letters[:fits]).rstrip() + "…", weight)


@lru_cache(maxsize=2048)
def fit(texts: tuple[str, ...], weight: Weight, box: tuple[float, float], sizes: Sizes) -> Fitted:
    """All texts under each other in one size inside `box` (width, height in points); each in one line or two.

    `texts` are cleaned; empty ones leave no line. The first layout that reaches `sizes.wanted` is taken; else the one
    with the largest letters; below `sizes.least` lines are cut.
    """
    whole = tuple(shape(text, weight) for text in texts if text)
    if not whole:
        return _NOTHING
    best, best_size = whole, _largest(whole, weight, box, sizes.largest)
    if best_size < sizes.wanted:
        for lines in _layouts(whole, weight):
            size = _largest(lines, weight, box, sizes.largest)
            if best_size < sizes.wanted and size >= best_size * _WORTH_BREAKING:
                best, best_size = lines, size
    broken = len(best) > len(whole)
    if best_size >= sizes.least:
        return _set(best, weight, best_size, is_broken=broken, is_cut=False)
    return _forced(best, whole, weight, box, sizes.least)


def _forced(
    best: Sequence[Line], whole: Sequence[Line], weight: Weight, box: tuple[float, float], size: float
) -> Fitted:
    """Lines of the least size, cut; where even their number is too high for the box, the size goes below it."""
    width, _ = box
    lines = tuple(
        line
        for text in whole
        for line in (
            _poured(text, weight, width / size) if len(best) > len(whole) else [_cut(text, weight, width / size)]
        )
    )
    size = min(size, _largest(lines, weight, box, size))
    kept = "".join(line.text for line in lines).replace(" ", "")
    given = "".join(line.text for line in whole).replace(" ", "")
    return _set(lines, weight, size, is_broken=len(lines) > len(whole), is_cut=kept != given)


def _set(lines: tuple[Line, ...], weight: Weight, size: float, *, is_broken: bool, is_cut: bool) -> Fitted:
    return Fitted(lines, tuple(step * size for step in _steps(lines, weight)), size, is_broken, is_cut)


def _poured(text: Line, weight: Weight, width: float) -> list[Line]:
    """As many words as fit into one line, the rest into a second one that is cut."""
    if text.width <= width:
        return [text]
    for end in reversed([match.end() for match in re.finditer(_BREAK, text.text)]):
        first = shape(text.text[:end].rstrip(), weight)
        if first.width <= width:
            return [first, _cut(shape(text.text[end:], weight), weight, width)]
    return [_cut(text, weight, width)]
