"""
Who may come in: what becomes of an identity, known or new.

Holds no state.  A caller flows in, an admission flows out, or `Denied` with an HTTP status.  A
newcomer becomes known only once its connection is open, so that a failed handshake leaves no
trace.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import attrs

from ocppgw.central.administering.naming import whyNotNodeName
from ocppgw.central.entrance.identity import Caller, NoIdentity, callerOf
from ocppgw.central.entrance.subprotocol import NoCommonSubprotocol, choose
from ocppgw.central.entrance.wires import Denied
from ocppgw.central.recording import Recorder
from ocppgw.config.configuration import Configuration
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.facts import ChargePointAdded, Fact, IdentityReplaced, RegistrationChanged
from ocppgw.model.registry import Registry
from ocppgw.ocppj.deviations import Deviation

MOST = 10_000
"""Charge points; a scan of made-up identities ends here."""


@attrs.frozen
class Admission:
    """
    A caller may come in.

    :ivar nodeName: under which it is known, or will be.
    :ivar subprotocol: to answer with.
    :ivar newcomer: what to note once the connection is open.
    :ivar deviations: what was odd about it.
    :ivar basis: what it was decided by.
    """

    caller: Caller
    nodeName: str
    settings: ChargePointSettings
    subprotocol: str | None
    newcomer: tuple[Fact, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    basis: tuple[object, ...] = attrs.field(default=(), eq=False, repr=False)


@attrs.frozen
class Onboarding:
    """
    Decides about callers.

    :ivar configuration: gives the configuration in force.
    """

    registry: Registry
    recorder: Recorder
    configuration: Callable[[], Configuration]
    now: Callable[[], datetime]

    def admit(self, target: bytes, offered: Sequence[str], prefix: str = "") -> Admission:
        """Let a caller in, or raise `Denied`; ``prefix`` as in `callerOf`."""
        try:
            caller = callerOf(target, prefix)
        except NoIdentity as error:
            raise Denied(404, str(error)) from None
        settings = self._settings(caller.identity)
        newcomer: tuple[Fact, ...] = ()
        nodeName = self.registry.nodeNameOf(caller.identity)
        if nodeName is None:
            nodeName, newcomer = settings.nodeName, self._newcomer(settings)
        self._checkEnabled(nodeName, settings)
        try:
            subprotocol = choose(offered, settings.strict)
        except NoCommonSubprotocol as error:
            raise Denied(400, str(error)) from None
        basis = self._basis(caller.identity, nodeName)
        return Admission(caller, nodeName, settings, subprotocol, newcomer, basis=basis)

    def stillHolds(self, admission: Admission) -> bool:
        """Whether nothing has changed that an admission was decided by."""
        basis = self._basis(admission.caller.identity, admission.nodeName)
        return all(one is other for one, other in zip(basis, admission.basis, strict=True))

    def _basis(self, identity: str, nodeName: str) -> tuple[object, ...]:
        """Objects that are replaced when something changes; a newcomer takes one of the places."""
        known = self.registry.nodeNameOf(identity)
        isRoom = len(self.registry.chargePoints) < MOST
        return self.configuration(), self.registry.record(nodeName), known, isRoom

    def welcome(self, admission: Admission) -> None:
        """The connection is open: make a newcomer known."""
        if admission.newcomer:
            known = self.registry.nodeNameOf(admission.caller.identity)
            if known is None:
                self.recorder.note(admission.nodeName, *admission.newcomer)

    def _settings(self, identity: str) -> ChargePointSettings:
        """What holds for it, in whatever case it spells itself (C8)."""
        nodeName = self.registry.nodeNameOf(identity)
        record = None if nodeName is None else self.registry.record(nodeName)
        return self.configuration().settingsFor(identity if record is None else record.identity)

    def _checkEnabled(self, nodeName: str, settings: ChargePointSettings) -> None:
        record = self.registry.record(nodeName)
        enabled = settings.enabled if record is None else record.settings.enabled
        if not enabled:
            raise Denied(403, "this charge point is not enabled")

    def _newcomer(self, settings: ChargePointSettings) -> tuple[Fact, ...]:
        """What to note of an identity that nobody knows."""
        if self.registry.record(settings.nodeName) is not None:
            return self._replacement(settings)
        rule = self.configuration().ocpp.onboarding
        if rule == "reject" and not settings.configured:
            raise Denied(404, "this identity is not known")
        if why := whyNotNodeName(settings.nodeName):
            raise Denied(404, f"the identity {why}")
        if len(self.registry.chargePoints) >= MOST:
            raise Denied(503, "too many charge points are known")
        at = self.now()
        added = ChargePointAdded(settings.nodeName, settings.identity, at, settings.recorded())
        if rule == "pending" and not settings.configured:
            return added, RegistrationChanged("Pending", at)
        return (added,)

    def _replacement(self, settings: ChargePointSettings) -> tuple[Fact, ...]:
        """New hardware that the file names takes over the node name."""
        if not settings.configured:
            raise Denied(404, "its node name belongs to another charge point")
        return (IdentityReplaced(settings.identity, self.now()),)
