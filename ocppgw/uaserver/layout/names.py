"""
Names of nodes: parts of NodeIds, and what people read.

Pure text.  A NodeId's identifier is a path of percent-encoded parts; a DisplayName is a legal
tag name in the systems that import it.  Which nodes there are is no business of this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_RESERVED = re.compile(r'[/%;"\x00-\x1f\x7f-\x9f]')
_ENCODED = re.compile(r"%([0-9A-F]{2})")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PUNCTUATION = frozenset(" _-()")

Path = tuple[str, ...]


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


def encodePart(part: str) -> str:
    """
    One part as it stands in a NodeId.

    Only ``/ % ; "``, control characters and a leading or trailing space are encoded, so that a
    person recognises the name and no client trips over it.
    """
    encoded = _RESERVED.sub(lambda match: _percent(match.group()), part)
    if encoded.startswith(" "):
        encoded = "%20" + encoded[1:]
    if encoded.endswith(" "):
        encoded = encoded[:-1] + "%20"
    return encoded


def decodePart(encoded: str) -> str | None:
    """The part that `encodePart` made this of, or ``None`` where it made nothing such."""
    if "%" not in encoded:
        return encoded
    content = bytearray()
    for index, piece in enumerate(_ENCODED.split(encoded)):
        content += bytes.fromhex(piece) if index % 2 else piece.encode("utf-8", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def join(path: Iterable[str]) -> str:
    """The identifier of the NodeId of a path."""
    return "/".join(map(encodePart, path))


def split(identifier: str) -> Path | None:
    """
    The path of an identifier, or ``None`` where `join` makes no such identifier.

    Nodes of the gateway itself begin with a slash: their first part is empty.
    """
    parts = [decodePart(piece) for piece in identifier.split("/")]
    path = tuple(part for part in parts if part is not None)
    if len(path) < len(parts) or not all(path[1:]) or path == ("",):
        return None
    return path if join(path) == identifier else None


def worded(name: str) -> str:
    """A browse name of ours as words: ``HardReset`` is read as ``Hard Reset``."""
    return _CAPITAL.sub(" ", name)


def legal(text: str, prefix: str) -> str:
    """
    ``text`` as a DisplayName: what is not allowed becomes ``_``.

    :param prefix: a word put before a text that does not begin with a letter.
    """
    kept = "".join(
        character
        if character.isalpha() or character.isdecimal() or character in _PUNCTUATION
        else "_"
        for character in text.strip()
    )
    return kept if kept[:1].isalpha() else f"{prefix} {kept}".rstrip()


def unique(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    DisplayNames of siblings from pairs of name and wanted DisplayName.

    The first come keeps what it wants; others get a number.  Letter case makes no difference,
    because it makes none in the systems that import these names.
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name, display in wanted:
        free, number = display, 2
        while free.casefold() in taken:
            free, number = f"{display} ({number})", number + 1
        taken.add(free.casefold())
        found[name] = free
    return found


def distinct(name: str, display: Callable[[str], str], siblings: Iterable[str]) -> str:
    """
    The DisplayName of one of many, where only few can collide.

    A name that is legal as it stands keeps it; the others give way.
    """
    wanted = display(name)
    if wanted == name:
        return wanted
    pairs = sorted(
        ((each, display(each)) for each in siblings), key=lambda pair: pair[0] != pair[1]
    )
    return unique(pairs).get(name, wanted)
