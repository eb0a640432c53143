"""
Waiting for something without being able to stop it.

klein cancels what a response waits for when its browser goes away.  What a visitor wanted done is
done all the same, and its outcome is in the audit trail.
"""

from __future__ import annotations

from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")


def shielded(inner: Deferred[T]) -> Deferred[T]:
    """Fires as ``inner`` does; cancelling it leaves ``inner`` alone."""
    outer: Deferred[T] = Deferred()

    def succeeded(result: T) -> None:
        if not outer.called:
            outer.callback(result)

    def failed(failure: Failure) -> None:
        if not outer.called:
            outer.errback(failure)

    inner.addCallbacks(succeeded, failed)
    return outer
