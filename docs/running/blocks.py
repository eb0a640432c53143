"""
The blocks of a page: what a reader would type or copy, and the marks that say how it is run.

Pure; nothing is opened or run here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

import attrs

COMMANDS = frozenset({"console", "sh"})
PROGRAMS = frozenset({"javascript", "python"})
SETTINGS = frozenset({"toml"})
SHOWN = frozenset({"haproxy", "ini", "json", "nginx", "text", "xml", "yaml"})
"""Languages of blocks that are looked at, such as output or a file of another program."""

_DIRECTIVE = re.compile(r"( *)\.\. code(?:-block)?::(?: (\w+))?$")
_MARK = re.compile(r" *\.\. (not run|run|beforehand): (.+)$")
_UNTIL = re.compile(r'in the background until "(.+?)"')
_ELSEWHERE = re.compile(r"by (make [a-z-]+)")
_TYPING = re.compile(r'typing "(.+?)"')
_TABLE = re.compile(r"\[+[\w.]+\]+\n")
_TYPED = re.compile(
    r"^(?:\$ |(?:sudo|make|pip|python3?|twistd|systemctl|journalctl|curl|mv|cp|install|sqlite3|npm"
    r"|npx|node|git|apt|apt-get|openssl|tar|docker|podman|nginx|haproxy|ocppgw-[a-z]+) )",
    re.MULTILINE,
)


class Unreadable(Exception):
    """A page that the runner would not know what to do with; the text names page and line."""


@attrs.frozen
class Mark:
    """
    How a block is run.

    :ivar reason: why it is not run; empty where it is.
    :ivar until: what it says once it works; it goes on in the background then.
    :ivar typing: a line on its standard input.
    :ivar online: whether it needs the network.
    :ivar elsewhere: what runs it instead, like ``make install-test``.
    """

    reason: str = ""
    until: str = ""
    typing: str = ""
    online: bool = False
    elsewhere: str = ""


@attrs.frozen
class Block:
    """
    One block.

    :ivar line: where its text begins, for an editor.
    :ivar language: ``sh``, ``toml``, ``python``, ``javascript``, or one that is only shown.
    """

    page: str
    line: int
    language: str
    text: str
    mark: Mark = Mark()

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.page}:{self.line}"


@attrs.frozen
class Page:
    """A page: its blocks, and the commands that start what it talks about."""

    path: str
    blocks: tuple[Block, ...]
    beforehand: tuple[str, ...] = ()


def readPage(path: str, text: str) -> Page:
    """The blocks of a page.  Raises `Unreadable`."""
    lines = text.splitlines()
    blocks, beforehand = [], []
    mark, at = None, 0
    while at < len(lines):
        said = _MARK.match(lines[at])
        if said and said[1] == "beforehand":
            beforehand.append(said[2])
        elif said:
            at, words = _continued(lines, at, said[2])
            if mark is not None:
                raise Unreadable(f"{path}:{at + 1}: a second mark for one block")
            mark = _markOf(f"{path}:{at + 1}", said[1], words)
        found = _blockAt(path, lines, at)
        if found is not None:
            block, at = found
            blocks.append(attrs.evolve(block, mark=mark or Mark()))
            mark = None
        else:
            at += 1
    if mark is not None:
        raise Unreadable(f"{path}: a mark without a block after it")
    return Page(path, tuple(blocks), tuple(beforehand))


def _continued(lines: Sequence[str], at: int, words: str) -> tuple[int, str]:
    """A mark may go on in further lines, indented as the comment that it is."""
    while at + 1 < len(lines) and lines[at + 1].startswith("   ") and lines[at + 1].strip():
        at += 1
        words = f"{words} {lines[at].strip()}"
    return at, words


def _markOf(place: str, kind: str, words: str) -> Mark:
    if kind == "not run":
        return Mark(reason=words)
    until, typing, elsewhere = (one.search(words) for one in (_UNTIL, _TYPING, _ELSEWHERE))
    mark = Mark(
        until=until[1] if until else "",
        typing=typing[1] if typing else "",
        online="with the network" in words,
        elsewhere=elsewhere[1] if elsewhere else "",
    )
    if mark == Mark():
        raise Unreadable(f"{place}: this mark says nothing that is known: {words}")
    return mark


def _blockAt(path: str, lines: Sequence[str], at: int) -> tuple[Block, int] | None:
    """The block that a line begins, and the line behind it."""
    line = lines[at]
    directive = _DIRECTIVE.fullmatch(line)
    if directive is None and (not line.endswith("::") or line.lstrip().startswith(".. ")):
        return None
    indent = len(line) - len(line.lstrip())
    start = at + 1
    while directive and start < len(lines) and lines[start].lstrip().startswith(":"):
        start += 1
    end = start
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
    text = textwrap.dedent("\n".join(lines[start:end])).strip("\n") + "\n"
    first = next((n for n in range(start, end) if lines[n].strip()), start)
    return Block(path, first + 1, _language(directive, text), text), end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _language(directive: re.Match[str] | None, text: str) -> str:
    if directive is not None:
        return directive[2] or "text"
    return "toml" if _TABLE.match(text) else "text"


def doubts(page: Page) -> Iterator[str]:
    """Blocks that would silently not be run, or that nobody knows how to run."""
    known = COMMANDS | PROGRAMS | SETTINGS | SHOWN
    for block in page.blocks:
        if block.language not in known:
            yield f"{block.place}: nobody knows how to run {block.language}"
        elif block.language == "text" and not block.mark.reason and _TYPED.search(block.text):
            yield f"{block.place}: commands belong into a block of sh (or console, with output)"
        elif block.language in SHOWN and block.mark != Mark() and not block.mark.reason:
            yield f"{block.place}: a mark for a block that is not run"


def script(block: Block) -> str:
    """What a shell is given: in ``console`` only the lines after a prompt, and what continues."""
    if block.language == "sh":
        return block.text
    lines, goesOn = [], False
    for line in block.text.splitlines():
        if goesOn or line.startswith("$ "):
            lines.append(line.removeprefix("$ "))
            goesOn = line.endswith("\\")
    return "\n".join(lines) + "\n"
