"""
Lists of the past: transactions and the audit trail, page by page, newest first.

Only data.  Where they are kept is the store's business, how they are shown the console's.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ocppgw.model.facts import CommandEnded
from ocppgw.model.records import Transaction


@attrs.frozen
class ArchiveQuery:
    """
    One page of a list; what is empty does not narrow it.

    :ivar start: the earliest time that belongs to it.
    :ivar end: the first time that does not.
    :ivar nodeName: of one charge point only.
    :ivar who: transactions of this idTag (in any case), or what this user did.
    :ivar most: entries of a page; at least 1.
    :ivar before: where the page before ended; ``None`` for the first one.
    """

    start: datetime | None = None
    end: datetime | None = None
    nodeName: str = ""
    who: str = ""
    most: int = 50
    before: int | None = None


@attrs.frozen
class KeptTransaction:
    """A transaction, and the charge point that it belongs to."""

    nodeName: str
    transaction: Transaction


@attrs.frozen
class TransactionPage:
    """
    Transactions, the one that was told last first.

    :ivar next: what ``before`` of the next page has to be; ``None`` at the end.
    """

    entries: tuple[KeptTransaction, ...]
    next: int | None = None


@attrs.frozen
class KeptCommand:
    """An entry of the audit trail; an empty node name stands for the gateway itself."""

    nodeName: str
    command: CommandEnded


@attrs.frozen
class CommandPage:
    """
    Entries of the audit trail, the last one first.

    :ivar next: what ``before`` of the next page has to be; ``None`` at the end.
    """

    entries: tuple[KeptCommand, ...]
    next: int | None = None
