"""
The frames of a charge point: live, narrowed, held against the specification, and as a file.
"""

from __future__ import annotations

from html import escape
from typing import Any

from ocppgw.web.checking import CheckedFrame, checked
from ocppgw.web.files.frames import framesFile
from ocppgw.web.pages.chargepoint import recordOf
from ocppgw.web.pages.visiting import Visiting, field
from ocppgw.web.security.rights import Right

PAGE = 50
LONGEST = 3000
"""Characters of a frame on the page; the file has all that is kept."""

SHORT = 300
"""Characters of a frame that is shown at once; a longer one is opened."""

BEGINNING = 120
"""Characters of a longer one that are shown before."""

MOST = 150_000
"""Characters of all frames on the page."""

KINDS = ("from the charge point", "from the gateway", "with faults")


def addFrames(visiting: Visiting) -> None:
    """Put the pages into the application."""
    frames = visiting.means.frames

    @visiting.page("/chargepoints/<string:nodeName>/frames", Right.seePersons)
    def page(request: Any, nodeName: str) -> bytes:
        record = recordOf(visiting, nodeName)
        search, kind = field(request, "search", 200), field(request, "kind")
        found = narrowed(checked(frames.latest(nodeName)), search, kind)
        return visiting.render(
            request,
            "frames.html",
            record=record,
            frames=fitting(found[::-1][:PAGE]),
            total=len(found),
            search=search,
            kind=kind,
            kinds=KINDS,
            longest=LONGEST,
            short=SHORT,
            beginning=BEGINNING,
        )

    @visiting.page("/chargepoints/<string:nodeName>/frames.jsonl", Right.seePersons)
    def asLines(request: Any, nodeName: str) -> Any:
        recordOf(visiting, nodeName)
        return visiting.send(request, framesFile(frames.latest(nodeName)))


def narrowed(frames: list[CheckedFrame], search: str, kind: str) -> list[CheckedFrame]:
    """Those with a word in them, of one kind; what is empty does not narrow."""
    wanted = search.casefold()
    return [
        one
        for one in frames
        if (wanted in one.frame.text.casefold() or wanted in one.action.casefold())
        and _isOf(one, kind)
    ]


def fitting(frames: list[CheckedFrame]) -> list[CheckedFrame]:
    """As many of them as the page can hold."""
    size, count = 0, 0
    for one in frames:
        size += len(escape(one.pretty[:LONGEST])) + len(escape(one.frame.text[:BEGINNING]))
        if size > MOST:
            break
        count += 1
    return frames[:count]


def _isOf(one: CheckedFrame, kind: str) -> bool:
    if kind not in KINDS:
        return True
    if kind == KINDS[2]:
        return bool(one.fault)
    return one.frame.isOurs == (kind == KINDS[1])
