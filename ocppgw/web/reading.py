"""
Reading all configuration keys of a charge point, and how far that is.

It takes a minute where a charge point tells its keys a few at a time.  How many came is seen in
what passed: values that did not change leave no other trace.  Reactor thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from twisted.internet.defer import Deferred

from ocppgw.model import commands as c
from ocppgw.model.frames import RecordedFrame
from ocppgw.model.outcomes import Answered, Outcome
from ocppgw.model.records import ChargePointRecord
from ocppgw.web.checking import checked
from ocppgw.web.doing import issue
from ocppgw.web.means import Means
from ocppgw.web.security.visitors import Visitor


def readConfiguration(
    means: Means, visitor: Visitor, record: ChargePointRecord
) -> Deferred[Outcome]:
    """Read them; a work shows how many were told by now."""
    begun, node, works = means.now(), record.nodeName, means.works

    def count() -> int:
        return keysIn(means.frames.latest(node, begun))

    work = works.begin(visitor.user, f"Configuration points of {node}", "points", count)
    work.total = len(record.configuration.points) or None

    def ended(outcome: Outcome) -> Outcome:
        if isinstance(outcome, Answered):
            now = means.registry.record(node)
            known = len(now.configuration.points) if now is not None else 0
            works.end(work, f"read, {known} are known.")
        else:
            works.end(work, f"{outcome.refusal.value} {outcome.detail}".strip(), isGood=False)
        return outcome

    return issue(means, visitor, node, c.RefreshConfiguration()).addCallback(ended)


def keysIn(frames: Iterable[RecordedFrame]) -> int:
    """How many keys the answers to GetConfiguration tell."""
    return sum(
        len(json.loads(one.frame.text)[2].get("configurationKey") or ())
        for one in checked(frames)
        if one.kind == "CallResult" and one.action == "GetConfiguration" and not one.fault
    )
