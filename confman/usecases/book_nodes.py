"""YAML or JSON as a tree that remembers its lines; what could harm or surprise is refused before anything is built.

Scalars stay text until a field says what it wants, so `no` is Norway where a language is asked and "no" where a yes or
no is; `9:30` is a time of day and never 570.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import yaml

from confman.domain.errors import N_
from confman.usecases.book_faults import BookRefused, Fault, Spot

MOST_BYTES = 5 * 1024 * 1024
MOST_NODES = 200_000
MOST_DEPTH = 24

_PLAIN_NOTHING = {"", "~", "null", "Null", "NULL"}
# JSON writes characters beyond the first plane as two escapes; YAML knows one: put the character itself
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int
    is_nothing: bool = False


@dataclass(slots=True)
class Items:
    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """`entries` by name in the order of the file, each with the line of its name."""

    line: int
    entries: dict[str, tuple[int, "Node"]] = field(default_factory=dict)


Node = Scalar | Items | Table


def read_tree(file: str, data: bytes) -> Table:
    """The book's outermost mapping. Raises BookRefused with one fault: what follows it cannot be trusted."""
    try:
        return _Builder(file).build(_events(_text(file, data)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        says = N_("cannot be read here: {problem}")
        raise BookRefused(file, [Fault(Spot(line, ""), says, {"problem": error.problem or error.context})]) from error
    except yaml.YAMLError as error:
        raise BookRefused(
            file, [Fault(Spot(0, ""), N_("cannot be read: {problem}"), {"problem": " ".join(str(error).split())})]
        ) from error


def mapped(node: Node, change: Callable[[Scalar], Scalar]) -> Node:
    """The same tree with every value (not the names) changed; its depth is bounded by `MOST_DEPTH`."""
    if isinstance(node, Scalar):
        return change(node)
    if isinstance(node, Items):
        return Items(node.line, [mapped(item, change) for item in node.items])
    return Table(node.line, {name: (line, mapped(value, change)) for name, (line, value) in node.entries.items()})


def _text(file: str, data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise BookRefused(file, [Fault(Spot(0, ""), N_("is larger than 5 MiB: split it into several books"))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BookRefused(
            file, [Fault(Spot(line, ""), N_("is not UTF-8: save the file with this encoding"))]
        ) from error
    if file.lower().endswith(".json"):
        text = _SURROGATES.sub(_one_character, text.replace("\t", " "))  # JSON has no bare tab inside its texts
    return text


def _one_character(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    return match[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _events(text: str) -> Iterator[yaml.Event]:
    # events instead of nodes: one at a time, so that depth and number are bounded before anything is built
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return yaml.parse(text, Loader=loader)


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self.root: Table | None = None
        self.open: list[Items | Table] = []
        self.names: list[tuple[int, str] | None] = []

    def build(self, events: Iterator[yaml.Event]) -> Table:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refuse(line, N_("a second document begins: a book is one document"))
            elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self._refuse(line, N_("anchors and aliases (& and *) are not allowed: write the value out"))
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.names.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, line)
        if self.root is None:
            raise self._refuse(0, N_("is empty: a book begins with `host:`"))
        return self.root

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            raise self._refuse(line, N_("more than 200,000 values: split it into several books"))
        # "!" alone only says that a value is text, and quotes say that too
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            raise self._refuse(line, N_("tags (words with !) are not allowed: leave {tag} out"), tag=tag)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
            return
        if len(self.open) >= MOST_DEPTH:
            raise self._refuse(line, N_("nested more than 24 levels deep: a book needs far fewer"))
        inner = Items(line) if isinstance(event, yaml.SequenceStartEvent) else Table(line)
        self._put(inner, line)
        self.open.append(inner)
        self.names.append(None)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self.open and isinstance(self.open[-1], Table) and self.names[-1] is None:
            self.names[-1] = (line, event.value)
            return
        self._put(Scalar(event.value, line, event.implicit[0] and event.value in _PLAIN_NOTHING), line)

    def _put(self, node: Node, line: int) -> None:
        if not self.open:
            if not isinstance(node, Table):
                raise self._refuse(line, N_("a book begins with named fields such as `host:` and `events:`"))
            self.root = node
            return
        outer = self.open[-1]
        if isinstance(outer, Items):
            outer.items.append(node)
            return
        name = self.names[-1]
        if name is None:
            raise self._refuse(line, N_("the name of a field must be a word"))
        if name[1] in outer.entries:
            raise self._refuse(name[0], N_("`{name}` stands here twice: keep one"), name=name[1])
        outer.entries[name[1]] = (name[0], node)
        self.names[-1] = None

    def _refuse(self, line: int, says: str, **facts: object) -> BookRefused:
        return BookRefused(self.file, [Fault(Spot(line, ""), says, facts)])
