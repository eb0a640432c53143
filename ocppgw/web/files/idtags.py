"""
IdTags as CSV: given out, and taken in row by row.

An import gives in one request after another, so that charge points wait no longer for an answer
than during any other change.  Cancelled, it leaves what was taken in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Outcome, Refused
from ocppgw.web.api.answers import IdTagAnswer, ImportAnswer, RefusedRow
from ocppgw.web.doing import request
from ocppgw.web.files.exports import CSV, Export
from ocppgw.web.live.works import Work
from ocppgw.web.means import Means
from ocppgw.web.security.visitors import Visitor
from ocppgw.web.spreadsheets import read, written

MOST_ROWS = 10_000
MOST_TOLD = 100
"""Refused rows that a program is told of one by one."""

MOST_SAID = 10
"""The same, for people."""

HEAD = ("IdTag", "Status", "ExpiryDate", "ParentIdTag")


def idTagsFile(idTags: Sequence[IdTagAnswer]) -> Export:
    """All of them."""
    return Export("idtags.csv", CSV, "id tags", _lines(idTags))


async def _lines(idTags: Sequence[IdTagAnswer]) -> AsyncIterator[list[str]]:
    yield list(written([HEAD, *map(row, idTags)]))


def row(one: IdTagAnswer) -> tuple[Any, ...]:
    """A line of the file."""
    return (one.idTag, one.status, one.expiryDate, one.parentIdTag)


def rowsOf(text: str) -> list[list[str]]:
    """The rows of a file without its head; fails with ``ValueError`` where it is no CSV."""
    rows = read(text.lstrip("\ufeff"))
    return rows[1:] if rows and rows[0][0].casefold() == HEAD[0].casefold() else rows


async def importing(means: Means, visitor: Visitor, rows: Sequence[list[str]]) -> ImportAnswer:
    """Take in a file; ends when its last row is stored or refused."""
    work = means.works.begin(visitor.user, "Import of id tags", "rows")
    try:
        answer = await _takenIn(means, visitor, rows, work)
    except BaseException as error:
        means.works.end(work, f"Failed: {error}", isGood=False)
        raise
    means.works.end(work, told(answer, work.isCancelled), not answer.refused and not answer.left)
    return answer


def told(answer: ImportAnswer, isCancelled: bool) -> str:
    """What a person wants to know of it."""
    text = f"{answer.taken} of {answer.rows} id tags taken in."
    if answer.left:
        why = "it was cancelled" if isCancelled else f"a file has {MOST_ROWS} rows at most"
        text += f" {answer.left} rows were left out: {why}."
    if answer.refused:
        text += f" {answer.refused} refused:"
        text += "".join(f" row {one.row} ({one.why})," for one in answer.refusedRows[:MOST_SAID])
        text = text[:-1] + ("." if answer.refused <= MOST_SAID else ", ..")
    return text


async def _takenIn(
    means: Means, visitor: Visitor, rows: Sequence[list[str]], work: Work
) -> ImportAnswer:
    work.total = min(len(rows), MOST_ROWS)
    taken, refused, count = 0, 0, 0
    known: list[RefusedRow] = []
    for number, cells in enumerate(rows[:MOST_ROWS], 1):
        if work.isCancelled:
            break
        made = entry(cells)
        outcome: Outcome | None = None
        if made is not None:
            outcome = await request(means, visitor, made)
        count = number
        work.advance(count)
        if isinstance(outcome, Answered):
            taken += 1
            continue
        refused += 1
        if len(known) < MOST_TOLD:
            known.append(RefusedRow(number, cells[0][:255], _why(outcome)))
    return ImportAnswer(len(rows), taken, refused, len(rows) - count, known)


def _why(outcome: Outcome | None) -> str:
    if not isinstance(outcome, Refused):
        return "the expiry date cannot be read"
    why = outcome.detail or outcome.refusal.value
    return why if outcome.argument in why else f"{outcome.argument} {why}"


def entry(cells: Sequence[str], zone: tzinfo = UTC) -> c.AddIdTag | None:
    """
    The idTag that a row speaks of; ``None`` where it makes no sense.

    :param zone: of a time that names none.
    """
    idTag, status, expiry, parent = (*cells, "", "", "", "")[:4]
    try:
        ends = datetime.fromisoformat(expiry) if expiry else None
        ends = ends.replace(tzinfo=ends.tzinfo or zone).astimezone(UTC) if ends else None
    except (ValueError, OverflowError):
        return None
    return c.AddIdTag(idTag, status or "Accepted", ends, parent)
