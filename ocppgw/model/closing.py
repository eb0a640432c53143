"""
Administrative closes: the end of a transaction that no charge point told (X11).

Only how such a fact is made.
"""

from __future__ import annotations

from datetime import datetime

from ocppgw.model.facts import TransactionStopped
from ocppgw.model.records import Transaction

REASON = "Other"


def closed(
    running: Transaction, at: datetime, receivedAt: datetime | None = None
) -> TransactionStopped:
    """
    The end of a transaction at ``at``; nobody measured it, and the real one may come yet.

    :param receivedAt: when the gateway learnt of it, if not then.
    """
    return TransactionStopped(
        transactionId=running.transactionId,
        connectorId=running.connectorId,
        idTag="",
        meterStop=None,
        stopTime=at,
        reason=REASON,
        receivedAt=receivedAt or at,
        isAdministrative=True,
    )
