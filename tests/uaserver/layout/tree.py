"""
The promised tree, written out once more, independently of the layout's tables.

Each line is a folder and what is in it, as ``Name Type``; an asterisk marks what connector 0 has
not.  A change here is a change of the public interface.
"""

from __future__ import annotations

GATEWAY = """
Version String, StartTime DateTime, OcppUrl String, StoreStatus String, Heartbeat UInt32,
ChargePointsKnown UInt32, ChargePointsConnected UInt32, ChargePointsAlarm UInt32,
ConnectorsTotal UInt32, ConnectorsAvailable UInt32, ConnectorsOccupied UInt32,
ConnectorsCharging UInt32, ConnectorsFaulted UInt32, ConnectorsUnavailable UInt32,
ConnectorsUnknown UInt32, TransactionsActive UInt32, Power Double, Energy Double,
CurrentL1 Double, CurrentL2 Double, CurrentL3 Double, LastRefused String, RefusedCount UInt32,
CertificateExpiry DateTime, ConfigurationStatus String
"""

CHARGE_POINT = """
OcppIdentifier String, SerialNumber String, ChargeBoxSerialNumber String, Vendor String,
Model String, FirmwareVersion String, Iccid String, Imsi String, MeterSerialNumber String,
MeterType String, Name String, Description String, Enabled Boolean, Connected Boolean,
Alarm Boolean, RebootRequired Boolean, RegistrationStatus String, ConfigurationDrift String,
ConnectedSince DateTime, LastSeen DateTime, LastBoot DateTime, RemoteAddress String,
LastDisconnectReason String, Reconnects UInt32, MessagesReceived UInt32, Deviations UInt32,
LastDeviation String, ClockSkew Double, RoundTripTime Double, HeartbeatAge Double, Power Double,
Energy Double, ConnectorsCharging UInt32, LastIdTag String, LastIdTagStatus String,
LastIdTagTime DateTime, LastCommand String, LastCommandStatus String, LastCommandDetail String,
LastCommandUser String, LastCommandTime DateTime, CommandsWaiting UInt32,
CommandsWaitingSince DateTime, LastCommandNumber UInt32
"""

CHARGE_POINT_COMMANDS = """
ClearCache Boolean, HardReset Boolean, SoftReset Boolean, RefreshConfiguration Boolean
"""

CONNECTOR = """
RemoteStartState* String, Operative Boolean, Status String, StatusNumber UInt32,
ErrorCode String, ErrorNumber UInt32, Info String, VendorId String, VendorErrorCode String,
StatusTimestamp DateTime, Available* Boolean, Occupied* Boolean, Charging* Boolean,
Faulted Boolean
"""

CONNECTOR_COMMANDS = """
Unlock* Boolean, RemoteStart* Boolean, RemoteStop* Boolean, RefreshStatus Boolean,
RefreshMeterValues Boolean, IdTag* String
"""

LIVE = """
Power Double, Energy Double, SessionEnergy Double, CurrentL1 Double, CurrentL2 Double,
CurrentL3 Double, VoltageL1 Double, VoltageL2 Double, VoltageL3 Double, Frequency Double,
SoC Double, Temperature Double, CurrentOffered Double, PowerOffered Double
"""

TRANSACTION = """
Active Boolean, TransactionId Int32, IdTag String, StartTime DateTime, StopTime DateTime,
MeterStart Double, MeterStop Double, Energy Double, Duration Double, StopReason String
"""

LAST_TRANSACTION = TRANSACTION.rstrip() + ", Number UInt32\n"

GATEWAY_METHODS = """
AddChargePoint(Identity String, Node String, Connectors Int32) Status String
RemoveChargePoint(Node String) Status String
ReplaceChargePoint(Node String, NewIdentity String) Status String
AcceptChargePoint(Identity String) Status String
AddIdTag(IdTag String, Status String, ExpiryDate DateTime, ParentIdTag String) Status String
RemoveIdTag(IdTag String) Status String
ListIdTags() IdTags String[], Statuses String[], ExpiryDates DateTime[], ParentIdTags String[]
"""

CHARGE_POINT_METHODS = """
ClearCache() Status String
HardReset() Status String
SoftReset() Status String
RefreshConfiguration() Status String
RemoteStartTransaction(ConnectorId Int32, IdTag String) Status String, TransactionId Int32
RemoteStopTransaction(TransactionId Int32) Status String
ChangeAvailability(ConnectorId Int32, Type String) Status String
UnlockConnector(ConnectorId Int32) Status String
TriggerMessage(RequestedMessage String, ConnectorId Int32) Status String
GetConfiguration(Keys String[]) Keys String[], Values String[], ReadOnly Boolean[], UnknownKeys String[]
ChangeConfiguration(Key String, Value String) Status String
DataTransfer(VendorId String, MessageId String, Data String) Status String, Data String
"""  # noqa: E501 - one method a line

CONNECTOR_METHODS = """
DisableConnector() Status String
EnableConnector() Status String
UnlockConnector*() Status String
RefreshStatus() Status String
RefreshMeterValues() Status String
RemoteStart*(IdTag String) Status String, TransactionId Int32
RemoteStop*() Status String
"""

FORCE_CLOSE = "ForceClose() Status String"

PEER_NAMES = {
    "ClearCache": "Clear Cache",
    "HardReset": "Hard Reset",
    "SoftReset": "Soft Reset",
    "ConfigurationPoints": "ConfigurationPoints",
    "Connectors": "Connectors",
    "Connectors/1": "Connector 1",
    "Connectors/1/DisableConnector": "Disable Connector",
    "Connectors/1/EnableConnector": "Enable Connector",
    "Connectors/1/UnlockConnector": "Unlock Connector",
    "Connectors/1/ErrorCode": "Error Code",
    "Connectors/1/Info": "Info",
    "Connectors/1/Status": "Status",
    "Enabled": "Link Enabled",
}


def variables(lines: str, connectorZero: bool = False) -> dict[str, str]:
    """Name to type of a list above."""
    pairs = [each.split() for each in lines.replace("\n", " ").split(",")]
    return {
        name.rstrip("*"): dataType
        for name, dataType in pairs
        if not (connectorZero and name.endswith("*"))
    }


def methods(lines: str, connectorZero: bool = False) -> dict[str, tuple[str, str]]:
    """Name to inputs and outputs of a list above."""
    found = {}
    for line in lines.strip().splitlines():
        name, _, rest = line.partition("(")
        inputs, _, outputs = rest.partition(")")
        if not (connectorZero and name.endswith("*")):
            found[name.rstrip("*")] = (inputs, outputs.strip())
    return found
