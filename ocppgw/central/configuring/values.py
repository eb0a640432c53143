"""
What two texts of a configuration key have in common.

Pure.  Charge points write ``TRUE`` for ``true``, put blanks and quotes into lists and turn them
round; none of that is a difference.
"""

from __future__ import annotations

from collections.abc import Callable

from ocppgw.v16.configurationkeys import readList

_BOOLEANS = {"true": True, "false": False}
_SPELLINGS: tuple[Callable[[str], str], ...] = (str.lower, str.upper, str.title)


def same(wanted: str, reported: str | None) -> bool:
    """Whether a reported text says what is wanted."""
    if reported is None:
        return wanted.strip() == ""
    return _meaning(wanted) == _meaning(reported)


def spelledLike(wanted: str, reported: str | None) -> str:
    """A wanted boolean in the spelling that the charge point itself used; else as it is."""
    if reported is None or wanted.strip().lower() not in _BOOLEANS:
        return wanted
    sample = reported.strip()
    for spell in _SPELLINGS:
        if sample.lower() in _BOOLEANS and spell(sample) == sample:
            return spell(wanted.strip())
    return wanted


def _meaning(text: str) -> object:
    items = readList(text)
    bare = ",".join(items)
    if bare.lower() in _BOOLEANS:
        return ("boolean", _BOOLEANS[bare.lower()])
    if len(bare) <= 18 and bare.removeprefix("-").isdecimal():
        return int(bare)
    return tuple(sorted(item.lower() for item in items))
