"""
A site of one charge point for tests: facts go in, nodes come out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from opcua import ua

from ocppgw.access.roles import Role
from ocppgw.model import facts as f
from ocppgw.model.records import ConfigurationPoint, MeterKey, Nameplate, Settings, StatusReport
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, Viewer
from ocppgw.v16.states import ERROR_CODES, STATUSES

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ENGINEER = Viewer("emma", Role.engineer)
OPERATOR = Viewer("otto", Role.operator)
OBSERVER = Viewer("olga", Role.observer)
NOBODY = Viewer("anonymous", Role.none)

PLATE = Nameplate(
    "Alfen BV", "NG910", "ACE0208004", "BOX1", "6.5.0", "8931", "204", "M1", "three-phase", START
)
CODES = ua.StatusCodes


def later(seconds: float) -> datetime:
    """So long after the start."""
    return START + timedelta(seconds=seconds)


class Site:
    """
    One charge point, ``CP1``, and the layout above its registry.

    :ivar at: the time of the next fact.
    """

    def __init__(self, settings: Settings | None = None, nodeName: str = "CP1") -> None:
        self.nodeName = nodeName
        self.at = START
        self.registry = Registry()
        self.layout = Layout(self.registry, START, startWait=3.0)
        self.apply(f.ChargePointAdded(nodeName, nodeName, START, settings or Settings()))

    @property
    def record(self) -> Any:
        """The charge point's record."""
        return self.registry.record(self.nodeName)

    def apply(self, *facts: f.Fact) -> None:
        """Something happened."""
        for fact in facts:
            self.registry.apply(self.nodeName, fact)

    def connect(self) -> None:
        """The charge point is there."""
        self.apply(f.LinkOpened("10.0.0.7:4000", self.at))

    def lose(self, at: datetime) -> None:
        """The charge point is gone."""
        self.apply(f.LinkLost("no answer", at))

    def boot(self) -> None:
        """It told what it is and was accepted."""
        self.apply(f.Booted(PLATE, "Accepted", self.at))

    def report(self, status: str, connectorId: int = 1, errorCode: str = "NoError") -> None:
        """A StatusNotification."""
        report = StatusReport(
            status, STATUSES.number(status), errorCode, ERROR_CODES.number(errorCode),
            "info", "vendor", "E7", self.at, self.at,
        )  # fmt: skip
        self.apply(f.StatusReported(connectorId, report))

    def measure(self, name: str, value: float | None, text: str = "", **key: str) -> None:
        """MeterValues with one reading of connector 1."""
        signed = name.startswith("SignedData.")
        reading = f.Reading(
            MeterKey(name, **key), value, text or str(value), "Sample.Periodic", self.at, signed
        )
        self.apply(f.Measured(1, None, (reading,), self.at))

    def start(self, transactionId: int = 7) -> None:
        """A transaction of connector 1 began at 1000 Wh."""
        text = self.at.isoformat()
        self.apply(
            f.TransactionStarted(transactionId, 1, "TAG1", "Accepted", 1000, text, self.at, self.at)
        )

    def stop(self, meterStop: int | None, transactionId: int = 7) -> None:
        """It ended."""
        self.apply(
            f.TransactionStopped(transactionId, 1, "TAG1", meterStop, self.at, "Local", self.at)
        )

    def configure(self, **texts: str | None) -> None:
        """Configuration keys were reported, writable ones."""
        points = tuple(ConfigurationPoint(k, t, False, self.at) for k, t in texts.items())
        self.apply(f.ConfigurationReported(points, (), self.at))

    def lack(self, *keys: str) -> None:
        """Configuration keys that it said it does not have."""
        self.apply(f.ConfigurationReported((), keys, self.at))

    def find(self, path: str) -> Any:
        """A node by its whole identifier, or ``None``."""
        return self.layout.find(nodeId(path))

    def node(self, path: str) -> Any:
        """A node of the charge point by what follows its name."""
        identifier = f"{self.nodeName}/{path}" if path else self.nodeName
        found = self.find(identifier)
        assert found is not None, identifier
        return found

    def read(self, path: str) -> Any:
        """The DataValue of a variable of the charge point."""
        return self.node(path).attribute(ua.AttributeIds.Value, ENGINEER)

    def value(self, path: str) -> Any:
        """The bare value of a variable of the charge point."""
        return self.read(path).Value.Value

    def code(self, path: str) -> int:
        """The StatusCode of a variable of the charge point."""
        return int(self.read(path).StatusCode.value)


def nodeId(identifier: str) -> Any:
    """A NodeId of our namespace."""
    return ua.NodeId(identifier, NAMESPACE_INDEX)


def children(site: Site, node: Any) -> list[Any]:
    """What browsing shows beneath a node, as nodes."""
    hierarchical = (35, 46, 47)
    return [
        site.layout.find(each.target)
        for each in node.references(ENGINEER)
        if each.isForward and each.referenceTypeId.Identifier in hierarchical
    ]


def everything(site: Site) -> list[Any]:
    """Every node that browsing from the Objects folder reaches."""
    objects = ua.NodeId(85, 0)
    found = [site.layout.find(each.target) for each in site.layout.additions(objects, ENGINEER)]
    for node in found:
        found.extend(children(site, node))
    return found
