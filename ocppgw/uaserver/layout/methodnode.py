"""
Methods of ours: the node that is browsed, and what a Call of it does.

Counts and types of arguments were checked before; OCPP's limits are checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from opcua import ua
from zope.interface import implementer

from ocppgw.model.outcomes import Outcome, Refusal, Refused
from ocppgw.uaserver.layout.asking import requestFor
from ocppgw.uaserver.layout.declarations import ArgumentDeclaration, MethodDeclaration, Target
from ocppgw.uaserver.layout.node import A, Attributes, Node, flag
from ocppgw.uaserver.layout.outcomes import GOOD, refused
from ocppgw.uaserver.layout.properties import inputsOf, ofMethod
from ocppgw.uaserver.layout.variablenode import ConstantNode
from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import METHOD, Awaited, IMethod, INode, Viewer

_INVALID = status(ua.StatusCodes.BadInvalidArgument)


@implementer(INode, IMethod)
class MethodNode(Node):
    """A method on one object."""

    __slots__ = ()
    nodeClass = METHOD
    declaration: MethodDeclaration

    attributes: ClassVar[Attributes] = {
        **Node.attributes,
        A.Executable: lambda node, viewer: flag(True),
        A.UserExecutable: lambda node, viewer: flag(node.executableBy(viewer)),
    }

    def children(self, viewer: Viewer) -> Iterable[Node]:
        return (ConstantNode(self.space, self, each) for each in ofMethod(self.declaration))

    def child(self, name: str) -> Node | None:
        for each in ofMethod(self.declaration):
            if each.name == name:
                return ConstantNode(self.space, self, each)
        return None

    @property
    def inputArguments(self) -> Sequence[Any]:
        """The ``ua.Argument`` of each input."""
        return inputsOf(self.declaration)

    def executableBy(self, viewer: Viewer) -> bool:
        return self.declaration.may.allows(viewer.role)

    def call(self, inputs: Sequence[Any], viewer: Viewer, deadline: float | None) -> Any:
        arguments = self.declaration.inputs
        values = list(map(_present, arguments, inputs))
        wrong = [not each.fits(value) for each, value in zip(arguments, values, strict=True)]
        if any(wrong):
            return _invalid(wrong)
        subject = self.subject or ""
        nodeName = "" if subject.startswith("/") else subject
        target = Target(nodeName, self.connectorId or 0, self.space.currentRecord(subject))
        action = self.declaration.request(target, *values)
        request = requestFor(
            nodeName, self.declaration.name, action, viewer, deadline, self.space.startWait
        )
        return Awaited(request, partial(answer, self.declaration))


def _present(argument: ArgumentDeclaration, value: Any) -> Any:
    """A null text is an empty one, a null list has no members."""
    zero = argument.dataType.zero
    if argument.isList:
        return [zero if each is None else each for each in value or ()]
    return zero if value is None else value


def _invalid(wrong: Sequence[bool]) -> Any:
    """BadInvalidArgument, with the result of each argument."""
    result = ua.CallMethodResult()
    result.StatusCode = _INVALID
    result.InputArgumentResults = [_INVALID if each else GOOD for each in wrong]
    return result


def answer(method: MethodDeclaration, outcome: Outcome) -> Any:
    """What a Call answers: the outputs, or why there are none."""
    if isinstance(outcome, Refused):
        if outcome.refusal is Refusal.invalidArgument:
            return _invalid([each.fieldName == outcome.argument for each in method.inputs])
        return refused(outcome)
    told = {"Status": outcome.status, **outcome.outputs}
    return [_output(each, told.get(each.name)) for each in method.outputs]


def _output(argument: ArgumentDeclaration, value: Any) -> Any:
    dataType = argument.dataType
    if argument.isList:
        return dataType.variant([_fitted(argument, each) for each in value or ()])
    return dataType.variant(_fitted(argument, value))


def _fitted(argument: ArgumentDeclaration, value: Any) -> Any:
    fitted = argument.dataType.fitted(value)
    if fitted is not None:
        return fitted
    return argument.dataType.zero if argument.missing is None else argument.missing
