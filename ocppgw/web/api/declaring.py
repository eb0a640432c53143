"""
How an operation of the API is declared: as data, with the function that does it.

Parameters, bodies and answers are msgspec structs: one declaration decodes, validates, encodes
and documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs
import msgspec

from ocppgw.web.means import Means
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import Visitor

BASE = "/api/v1"
JSON = "application/json"


class Nothing(msgspec.Struct, frozen=True):
    """No parameters, or no body."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something was not done."""

    error: str
    detail: str = ""
    argument: str = ""


class ApiError(Exception):
    """An operation cannot be done; becomes a response."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(status, problem)
        self.status = status
        self.problem = problem


@attrs.frozen
class Asked:
    """
    One request, decoded and validated.

    :ivar path: what stood in the place of each name in the path.
    """

    means: Means
    visitor: Visitor
    path: Mapping[str, str]
    query: Any
    body: Any


@attrs.frozen
class Operation:
    """
    What can be asked.

    :ivar path: below `BASE`, names in braces.
    :ivar function: gives the answer, or a Deferred of it; raises `ApiError`.
    :ivar problems: statuses of failures beside those that every operation has.
    :ivar produces: the media type of the answer; the function of one that is not JSON gives an
        `Export`.
    :ivar consumes: the media type of the body; what is not JSON is given as text.
    """

    name: str
    method: str
    path: str
    summary: str
    right: Right
    function: Callable[[Asked], Any]
    answer: Any
    query: type[msgspec.Struct] = Nothing
    body: Any = Nothing
    problems: tuple[int, ...] = ()
    produces: str = JSON
    consumes: str = JSON

    @property
    def hasBody(self) -> bool:
        """Whether it takes one."""
        return self.body is not Nothing


F = TypeVar("F", bound=Callable[[Asked], Any])


class Operations:
    """Collects the declarations of one module, in their order."""

    def __init__(self) -> None:
        self.all: list[Operation] = []

    def __call__(self, method: str, path: str, right: Right, **more: Any) -> Callable[[F], F]:
        """Declare the decorated function; its docstring is the summary."""

        def declare(function: F) -> F:
            summary = " ".join((function.__doc__ or "").split())
            self.all.append(
                Operation(function.__name__, method, path, summary, right, function, **more)
            )
            return function

        return declare
