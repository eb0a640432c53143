"""
The configuration keys of the simulated charge point, as a table.

Only data, and what values a key takes.  Type and list come from `v16.configurationkeys`; here
stand the values a charge point leaves the factory with.  ``R`` cannot be changed, ``W`` cannot be
read, ``B`` becomes effective with the next boot.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.simulator.sampling import isMeasured
from ocppgw.v16.configurationkeys import INT32, findKey, readList, readValue, typeOf

_ROWS = """
AllowOfflineTxForUnknownId | RW | false
AuthorizationCacheEnabled | RW | true
AuthorizationKey | W |
AuthorizeRemoteTxRequests | RW | false
BlinkRepeat | RW | 3
ClockAlignedDataInterval | RW | 0
ConnectionTimeOut | RW | 60
ConnectorPhaseRotation | RW | 0.RST,1.RST,2.RST
ConnectorPhaseRotationMaxLength | R | 3
GetConfigurationMaxKeys | R | 60
HeartbeatInterval | RW | 300
LightIntensity | RW | 80
LocalAuthorizeOffline | RW | true
LocalPreAuthorize | RW | false
MaxEnergyOnInvalidId | RW | 0
MessageTimeout | RW | 30
MeterValueSampleInterval | RW | 10
MeterValuesAlignedData | RW | Energy.Active.Import.Register
MeterValuesAlignedDataMaxLength | R | 20
MeterValuesSampledData | RW | {sampled}
MeterValuesSampledDataMaxLength | R | 20
NumberOfConnectors | R | {connectors}
ResetRetries | RW | 1
StopTransactionMaxMeterValues | R | 10
StopTransactionOnEVSideDisconnect | RW | true
StopTransactionOnInvalidId | RW | true
StopTxnAlignedData | RW |
StopTxnAlignedDataMaxLength | R | 20
StopTxnSampledData | RW |
StopTxnSampledDataMaxLength | R | 20
SupportedFeatureProfiles | R | Core,RemoteTrigger
TransactionMessageAttempts | RW | 3
TransactionMessageRetryInterval | RW | 10
UnlockConnectorOnEVSideDisconnect | RW | true
WebSocketPingInterval | B | 60
DisplayLanguage | B | en
"""

SAMPLED = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
    "Frequency",
    "Temperature",
    "SoC",
    "Current.Offered",
    "Power.Offered",
)
"""What is measured during a transaction, from the factory."""

MAX_INTEGER = 86400 * 366


@attrs.frozen
class Key:
    """
    One key.

    :ivar value: from the factory.
    """

    name: str
    access: str
    value: str

    @property
    def isReadOnly(self) -> bool:
        """Whether the Central System may not change it."""
        return self.access == "R"

    @property
    def isHidden(self) -> bool:
        """Whether the Central System may not read it."""
        return self.access == "W"

    @property
    def needsBoot(self) -> bool:
        """Whether a change waits for the next boot."""
        return self.access == "B"

    def accepts(self, text: str) -> bool:
        """Whether a value is of the right type and makes sense."""
        value = readValue(typeOf(self.name), text)
        if value is None:
            return False
        if typeOf(self.name) == INT32:
            return 0 <= int(value) <= MAX_INTEGER
        info = findKey(self.name)
        return info is None or not info.isList or self._acceptsItems(readList(text))

    def _acceptsItems(self, items: tuple[str, ...]) -> bool:
        measured = "Data" in self.name
        return len(items) <= MOST_ITEMS and (not measured or all(map(isMeasured, items)))


MOST_ITEMS = 20
"""The longest list; the keys that end in MaxLength say so."""


def factoryKeys(connectors: int) -> Mapping[str, Key]:
    """All keys with the values from the factory, by lower-case name."""
    text = _ROWS.format(connectors=connectors, sampled=",".join(SAMPLED))
    rows = ((cell.strip() for cell in line.split("|")) for line in text.strip().splitlines())
    keys = (Key(name, access, value) for name, access, value in rows)
    return MappingProxyType({key.name.lower(): key for key in keys})
