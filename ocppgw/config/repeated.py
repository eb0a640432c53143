"""
The tables that may stand many times in the file: ``[[idTags]]``, ``[[chargePoints]]``,
``[[users]]``.

Declarations only, and what a table stands for elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

import attrs

from ocppgw.access.roles import Role
from ocppgw.access.secrets import PasswordHash
from ocppgw.access.users import User
from ocppgw.config.declaring import key, override, required
from ocppgw.config.freetables import Factors, WantedKeys
from ocppgw.config.kinds import (
    FilePath,
    NodeText,
    PasswordText,
    RoleWord,
    Switch,
    Text,
    Whole,
    Word,
)
from ocppgw.config.sections import OcppSection, OpcUaSection
from ocppgw.config.times import Moment, TimeZone
from ocppgw.model.idtags import IdTagEntry


@attrs.frozen
class IdTagTable:
    """An idTag that the site knows."""

    idTag: str = required(
        Text(1, 255),
        "The idTag as the charge point sends it; upper and lower case are the same.",
        reload=True,
    )
    status: str = key(
        Word(("Accepted", "Blocked", "Expired", "Invalid")),
        "Accepted",
        "What a charge point is answered.",
        reload=True,
    )
    expiryDate: datetime | None = key(
        Moment(), None, "From then on the answer is Expired. Left out: never.", reload=True
    )
    parentIdTag: str = key(
        Text(0, 20), "", "The idTag of the group that this one belongs to.", reload=True
    )

    def entry(self) -> IdTagEntry:
        """What the domain knows it as."""
        return IdTagEntry(self.idTag, self.status, self.expiryDate, self.parentIdTag, True)


@attrs.frozen
class UserTable:
    """Somebody who may use the OPC UA side."""

    name: str = required(Text(1, 100), "The user's name, compared exactly.", reload=True)
    password: PasswordHash | None = key(
        PasswordText(),
        None,
        "The scrypt hash of the password, never the password; ocppgw-passwd makes it. May be left "
        "out where there is a certificate.",
        reload=True,
    )
    certificate: Path | None = key(
        FilePath(),
        None,
        "File with the X.509 certificate (DER or PEM) by which the user may log in instead.",
        reload=True,
    )
    role: Role = key(
        RoleWord(Role.observer),
        Role.observer,
        "observer reads; operator also commands charge points; engineer also sets things up.",
        reload=True,
    )

    def contradiction(self) -> tuple[str, str] | None:
        """A user without any means to log in is a mistake."""
        if self.password is not None or self.certificate is not None:
            return None
        return "password", f"is missing; accepted is {PasswordText().accepted}, or a certificate"

    def user(self) -> User:
        """What the access rules know it as; its certificate is still to be read."""
        return User(self.name, self.role, self.password)


@attrs.frozen
class ChargePointTable:
    """
    A charge point that is known before it calls in, or that differs from the others.

    A key that overrides one of a global section is ``None`` where it is left out.
    """

    identity: str = required(
        NodeText(1),
        "What the charge point calls in with: the last part of its URL, decoded.",
        reload=True,
    )
    node: str = key(
        NodeText(),
        "",
        "Its name in OPC UA NodeIds, which new hardware inherits. Left out: the identity.",
    )
    connectors: int = key(
        Whole(0, 64),
        0,
        "How many connectors it has, where it does not tell; 0: it tells.",
        reload=True,
    )
    name: str = key(Text(), "", "Its name for people. Left out: the node name.", reload=True)
    description: str = key(Text(0, 1000), "", "Where it stands, or what else helps.", reload=True)
    enabled: bool = key(Switch(), True, "false refuses its connection.", reload=True)
    locked: bool = key(
        Switch(),
        False,
        "true forbids changing name, description and enabled at runtime.",
        reload=True,
    )
    securityProfile: int = key(
        Whole(0, 3),
        0,
        "The lowest security profile that it may connect with.",
        newLinks=True,
    )
    serialNumber: str = key(
        Text(),
        "",
        "What stands in CN of its certificate, where that is not the identity.",
        newLinks=True,
    )
    strict: bool | None = override("ocpp", OcppSection, "strict", "As [ocpp] strict, here only.")
    callTimeout: float | None = override(
        "ocpp", OcppSection, "callTimeout", "As [ocpp] callTimeout, for a slow one."
    )
    settleTime: float | None = override(
        "ocpp",
        OcppSection,
        "settleTime",
        "As [ocpp] settleTime, for one that restarts when spoken to.",
    )
    pingInterval: float | None = override(
        "ocpp",
        OcppSection,
        "pingInterval",
        "As [ocpp] pingInterval; 0 for one that cannot stand pings.",
    )
    pingTimeout: float | None = override(
        "ocpp", OcppSection, "pingTimeout", "As [ocpp] pingTimeout, for one far away."
    )
    heartbeatInterval: int | None = override(
        "ocpp",
        OcppSection,
        "heartbeatInterval",
        "As [ocpp] heartbeatInterval; without pings, silence of 2.5 times as long ends the link.",
    )
    disconnectGrace: float | None = override(
        "ocpp",
        OcppSection,
        "disconnectGrace",
        "As [ocpp] disconnectGrace, for one that reconnects often.",
    )
    timeZone: tzinfo = key(
        TimeZone(), UTC, "The zone of its timestamps that name none.", reload=True
    )
    localTime: bool = key(
        Switch(),
        False,
        "true reads its timestamps as local times of timeZone even where they end in Z.",
        reload=True,
    )
    timeFraction: bool = key(
        Switch(),
        True,
        "false sends times without fractions of a second, for one that cannot read them.",
        reload=True,
    )
    scale: Mapping[str, float] = key(
        Factors(),
        MappingProxyType({}),
        "By what its readings are multiplied, by measurand: 1000 where it says Wh and means kWh, "
        "-1 where a current transformer is reversed.",
        reload=True,
    )
    zeroIsOne: bool = key(
        Switch(),
        False,
        "true takes what it says of connector 0 for its only connector.",
        reload=True,
    )
    idTagLength: int = key(
        Whole(1, 20),
        20,
        "The longest idTag that it is sent; some cut off what is longer than 16.",
        reload=True,
    )
    readConfiguration: str = key(
        Word(("all", "keys", "never")),
        "all",
        "How its configuration is read after a boot: all keys at once, key by key for one that "
        "cannot answer that, or not at all.",
        reload=True,
    )
    configuration: Mapping[str, str] = key(
        WantedKeys(),
        MappingProxyType({}),
        "Configuration keys that it is to have, in addition to [configuration], which they beat.",
        reload=True,
    )
    offlineQuality: str | None = override(
        "opcua", OpcUaSection, "offlineQuality", "As [opcua] offlineQuality, here only."
    )
    sourceTimestamp: str | None = override(
        "opcua", OpcUaSection, "sourceTimestamp", "As [opcua] sourceTimestamp, here only."
    )

    @property
    def nodeName(self) -> str:
        """Its name in OPC UA NodeIds, before encoding."""
        return self.node or self.identity
