"""
What the rest of the Central System needs to send a Call: the role, and how a Call can fail.

No link and no queue live here; `ocppgw.central.linking.links` provides the role, commands and the
start-up use it.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import Interface


class CallFailed(Exception):
    """A Call got no answer that could be used; the subclasses say why."""


class NotConnected(CallFailed):
    """The charge point has no link; nothing was sent."""

    def __init__(self) -> None:
        super().__init__("not connected")


class LinkGone(CallFailed):
    """The link ended, or was replaced, before the answer came."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallTimedOut(CallFailed):
    """The Call was sent, and no answer came in time."""

    def __init__(self, timeout: float) -> None:
        super().__init__(f"no answer within {timeout:g} s")
        self.timeout = timeout


class CallErrorReceived(CallFailed):
    """
    The charge point answered with a CallError.

    :ivar code: the error code in the spelling of OCPP 1.6.
    """

    def __init__(self, code: str, description: str, details: Any) -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code
        self.description = description
        self.details = details


class AnswerInvalid(CallFailed):
    """The charge point answered with something that is not an answer to this Call."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class ICaller(Interface):
    """Where Calls to charge points are given in.  Reactor thread."""

    def isConnected(nodeName: str) -> bool:
        """Whether a live link of this charge point exists now."""

    def call(nodeName: str, request: Any, timeout: float) -> Deferred[Any]:
        """
        Send a request of `ocppgw.v16`; fires with its decoded confirmation.

        One Call is under way per link; further ones wait in order.  ``timeout`` (seconds)
        counts from when the frame is sent.  Fails with a subclass of `CallFailed`, at the
        latest when the link ends.  Cancelling withdraws a Call that was not sent yet, and
        forgets the answer of one that was.
        """

    def close(nodeName: str, reason: str) -> None:
        """End the link of this charge point, if there is one; its Calls fail at once."""
