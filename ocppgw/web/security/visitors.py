"""
Who sent a request, once the gate knows.

A `Visitor` travels with its request as a component.
"""

from __future__ import annotations

from typing import Any

import attrs
from zope.interface import Interface, implementer

from ocppgw.access.roles import Role
from ocppgw.access.users import ANONYMOUS


class IVisitor(Interface):
    """Marks the component of a request."""


@implementer(IVisitor)
@attrs.frozen
class Visitor:
    """
    Somebody who asks.

    :ivar role: what they may do; ``none`` for somebody who has to log in first.
    :ivar host: the address they ask from.
    :ivar key: the same for all requests of one browser, and nobody else's; empty without cookie.
    :ivar token: what a form has to send back, so that no other site can send it.
    :ivar isLoggedIn: whether they gave a name and a password.
    """

    user: str = ANONYMOUS
    role: Role = Role.none
    host: str = ""
    key: str = attrs.field(default="", repr=False)
    token: str = attrs.field(default="", repr=False)
    isLoggedIn: bool = False


def visitorOf(request: Any) -> Visitor:
    """The visitor; one without any right where no gate was passed."""
    visitor: Visitor = request.getComponent(IVisitor, Visitor())
    return visitor


def setVisitor(request: Any, visitor: Visitor) -> None:
    """Let a request know its visitor."""
    request.setComponent(IVisitor, visitor)
