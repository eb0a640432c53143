"""
A gateway without sockets whose file changes while it runs, and the mark of what a test shows.

`ReloadedCase` has the file as text, the Central System of it in memory, the users and the log, and
reads the file again through `Reloading` as SIGHUP does.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from opcua import ua
from twisted.internet.defer import maybeDeferred
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, partsOf
from ocppgw.config.reading import readText
from ocppgw.config.showing import tomlText
from ocppgw.gateway.inforce import Parts, readAgain
from ocppgw.gateway.reloading import Reloading
from ocppgw.gateway.storedusers import StoredUsers
from ocppgw.logs.journal import Journal
from ocppgw.model.commands import Action, Command
from ocppgw.uaserver.layout import Layout
from tests.central.support import START, RawChargePoint, Ring, stamp
from tests.uaserver.layout.site import ENGINEER, nodeId

QUIET = {"pingInterval": 0, "settleTime": 0}
ANSWERS: dict[str, Any] = {"GetConfiguration": {"configurationKey": [], "unknownKey": []}}

_Test = TypeVar("_Test", bound=Callable[..., object])


def reloads(*names: str, newLinks: bool = False) -> Callable[[_Test], _Test]:
    """
    Mark a test: it shows what these keys do at a reload.

    :param names: like ``ocpp.callTimeout``; ``users[]`` is a table that comes or goes.
    :param newLinks: whether it shows that links which are open keep what they had.
    """

    def mark(test: _Test) -> _Test:
        setattr(test, MARK, (names, newLinks))
        return test

    return mark


MARK = "_reloads"


def declared(path: str = "", cls: type = Configuration) -> Iterator[tuple[str, bool]]:
    """Every key that is declared as reloading, and whether it is so for new links only."""
    for part in partsOf(cls):
        name = f"{path}.{part.name}" if path else part.name
        if isinstance(part, Key):
            if part.reload:
                yield name, part.newLinks
            continue
        if part.repeated and part.reload:
            yield f"{name}[]", False
        yield from declared(name, part.cls)


def toml(*tables: str, **ocpp: Any) -> str:
    """A file with these keys in ``[ocpp]``, and these tables behind it."""
    keys = [f"{name} = {tomlText(value)}" for name, value in {**QUIET, **ocpp}.items()]
    return "\n".join(["[ocpp]", *keys, *tables, ""])


def own(*lines: str) -> str:
    """A table of CP1."""
    return "\n".join(["[[chargePoints]]", 'identity = "CP1"', *lines])


class ReloadedCase(SynchronousTestCase):
    """A file, and a gateway that goes by it."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.stream = io.StringIO()
        self.names = count(1)

    def begin(self, text: str) -> None:
        """Start with this file, and CP1 booted."""
        self.text = text
        configuration = self._read()
        self.ring = Ring(self, configuration, started=True)
        self.users = StoredUsers(configuration.knownUsers(), self.ring.store, self.ring.clock)
        self.journal = Journal(self.stream, None, self.ring.clock.seconds)
        self.journal.configure(configuration.log)
        central = self.ring.central
        parts = Parts(self.journal.configure, self.users, central, None, lambda: None)
        again = lambda: maybeDeferred(readAgain, self._read, configuration.web)  # noqa: E731
        self.reloading = Reloading(configuration, again, parts.use)
        self.reconnect()

    def reload(self, text: str) -> None:
        """The file is another one, and SIGHUP comes."""
        self.text = text
        self.successResultOf(self.reloading.reload())
        self.assertEqual(self.reloading.status, "ok")
        self.ring.flush()

    def changes(
        self, observe: Callable[[], Any], before: str, old: Any, after: str, new: Any
    ) -> None:
        """What is observed is ``old`` as often as one looks, and ``new`` after the reload."""
        self.begin(before)
        self.assertEqual([observe(), observe()], [old, old])
        self.reload(after)
        self.assertEqual(observe(), new)

    def changesForNewLinks(
        self, observe: Callable[[], Any], before: str, old: Any, after: str, new: Any
    ) -> None:
        """The same, but ``new`` only once CP1 has connected anew."""
        self.changes(observe, before, old, after, old)
        self.reconnect()
        self.assertEqual(observe(), new)

    def reconnect(self) -> None:
        """CP1 connects anew, boots, and is asked whatever a gateway asks then."""
        self.chargePoint = self.ring.connect()
        self.chargePoint.boot()
        report = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
        self.call("StatusNotification", report)
        self.answered()

    # What a test may look at

    def fresh(self) -> RawChargePoint:
        """A charge point that nobody knows."""
        return self.ring.connect(f"/NEW{next(self.names)}")

    def issue(self, action: Action, **more: Any) -> list[Any]:
        """Give CP1 a command; its outcome appears in the list."""
        outcomes: list[Any] = []
        command = Command("CP1", type(action).__name__, action, "operator", **more)
        self.ring.central.issue(command).addCallback(outcomes.append)
        self.ring.flush()
        return outcomes

    def until(self, happened: Callable[[], bool], most: float = 100.0) -> float:
        """After how many seconds something happens, in steps of half a second."""
        waited = 0.0
        while not happened():
            if waited >= most:
                return most
            self.ring.advance(0.5)
            waited += 0.5
        return waited

    def calls(self) -> list[tuple[str, Any]]:
        """The Calls that CP1 was sent and that stay unanswered: action and payload."""
        return [(one[2], one[3]) for one in self.chargePoint.takeCalls()]

    def answered(self, seconds: float = 3.0, **answers: Any) -> list[tuple[str, Any]]:
        """Answer the Calls to CP1 for so long, by action; action and payload of each."""
        found: list[tuple[str, Any]] = []
        for _ in range(int(2 * seconds)):
            for _, messageId, action, payload in self.chargePoint.takeCalls():
                found.append((action, payload))
                answer = answers.get(action, ANSWERS.get(action, {"status": "Accepted"}))
                self.chargePoint.text(json.dumps([3, messageId, answer]))
            self.ring.advance(0.5)
        return found

    def call(self, action: str, payload: Any) -> Any:
        """The payload of the confirmation that CP1 gets."""
        return self.chargePoint.call(action, payload)[2]

    def ago(self, seconds: float = 0.0) -> str:
        """The time so many seconds ago, as CP1 writes it."""
        return stamp(self.ring.now() - timedelta(seconds=seconds))

    def shown(self, path: str) -> Any:
        """What OPC UA clients read of CP1: a DataValue."""
        node = Layout(self.ring.registry, START, startWait=0.0).find(nodeId(f"CP1/{path}"))
        assert node is not None, path
        return node.attribute(ua.AttributeIds.Value, ENGINEER)

    def _read(self) -> Configuration:
        return readText(self.text, "site.toml", self.folder)
