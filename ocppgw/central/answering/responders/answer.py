"""
What a responder returns, and how it declares which action it answers.

Only that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from msgspec import Struct

from ocppgw.model.facts import Fact
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.actions import ACTIONS
from ocppgw.v16.messages import Message


class Refused(Exception):
    """
    A Call gets a CallError.

    :ivar deviations: what was odd about the content.
    """

    def __init__(self, code: str, description: str, deviations: tuple[Deviation, ...] = ()) -> None:
        super().__init__(description)
        self.code = code
        self.deviations = deviations


class Answer(Struct, frozen=True, gc=False):
    """
    The answer to one request.

    :ivar facts: what happened; applied before the answer is sent.
    :ivar isPromise: whether the facts must be durable before the answer is sent.
    :ivar otherwise: what to answer when they cannot be made durable; ``None`` for no answer.
    :ivar deviations: what was odd about the content.
    """

    confirmation: Message
    facts: tuple[Fact, ...] = ()
    isPromise: bool = False
    otherwise: Message | None = None
    deviations: tuple[Deviation, ...] = ()


Responder = Callable[[Any, Any], Answer | Awaitable[Answer]]
R = TypeVar("R", bound=Responder)

declared: dict[str, Responder] = {}
"""What was declared so far; `ocppgw.central.answering.responders.RESPONDERS` is the whole."""


def responds(action: str) -> Callable[[R], R]:
    """Declare a function to be the responder of an action that a charge point may ask."""
    if not ACTIONS[action].fromChargePoint or action in declared:
        raise ValueError(action)

    def declare(responder: R) -> R:
        declared[action] = responder
        return responder

    return declare
