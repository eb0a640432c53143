"""
The table of a charge point's methods.

Only declarations: what a method is called, takes, gives back and asks for.  -1 as ConnectorId
and an empty optional text mean that the field is left out.
"""

from __future__ import annotations

from ocppgw.model.commands import (
    ChangeAvailability,
    ChangeConfiguration,
    ClearCache,
    DataTransfer,
    GetConfiguration,
    RefreshConfiguration,
    RemoteStart,
    RemoteStop,
    Reset,
    TriggerMessage,
    UnlockConnector,
)
from ocppgw.uaserver.layout.arguments import (
    ID_TAG,
    LEFT_OUT,
    STATUS_OUTPUT,
    TRANSACTION_OUTPUT,
    among,
    atLeast,
    connectorOrNone,
    eachWithin,
    number,
    text,
    texts,
    within,
)
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    ArgumentDeclaration,
    May,
    MethodDeclaration,
    Target,
)

M = MethodDeclaration

TRIGGERABLE = (
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "StatusNotification",
)
"""What TriggerMessage may ask for (OCPP 1.6, 7.32)."""


def _connector(connectorId: int) -> int | None:
    return None if connectorId == LEFT_OUT else connectorId


def _trigger(target: Target, requestedMessage: str, connectorId: int) -> TriggerMessage:
    return TriggerMessage(requestedMessage, _connector(connectorId))


def _getConfiguration(target: Target, keys: list[str]) -> GetConfiguration:
    return GetConfiguration(tuple(key for key in keys if key))


def _dataTransfer(target: Target, vendorId: str, messageId: str, data: str) -> DataTransfer:
    return DataTransfer(vendorId, messageId or None, data or None)


CHARGE_POINT_METHODS = (
    M(
        "ClearCache",
        "Empties the charge point's cache of idTags that were authorized before.",
        lambda target: ClearCache(),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "HardReset",
        "Restarts the charge point at once, as if its supply had been cut.",
        lambda target: Reset("Hard"),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "SoftReset",
        "Ends charging sessions in good order, then restarts the charge point.",
        lambda target: Reset("Soft"),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "RefreshConfiguration",
        "Reads all configuration keys of the charge point again.",
        lambda target: RefreshConfiguration(),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "RemoteStartTransaction",
        "Asks the charge point to begin a charging session.",
        lambda target, connectorId, idTag: RemoteStart(_connector(connectorId), idTag),
        (
            number(
                "ConnectorId", "Which connector; -1: the charge point chooses.", connectorOrNone
            ),
            ID_TAG,
        ),
        (STATUS_OUTPUT, TRANSACTION_OUTPUT),
    ),
    M(
        "RemoteStopTransaction",
        "Asks the charge point to end a charging session.",
        lambda target, transactionId: RemoteStop(transactionId=transactionId),
        (number("TransactionId", "The number of the transaction."),),
        (STATUS_OUTPUT,),
    ),
    M(
        "ChangeAvailability",
        "Takes a connector, or the whole charge point, out of service or back into it.",
        lambda target, connectorId, type: ChangeAvailability(connectorId, type),
        (
            number("ConnectorId", "Which connector; 0: the whole charge point.", atLeast(0)),
            text("Type", "Operative or Inoperative.", among("Operative", "Inoperative")),
        ),
        (STATUS_OUTPUT,),
    ),
    M(
        "UnlockConnector",
        "Releases the lock of a connector; ends a session that runs there.",
        lambda target, connectorId: UnlockConnector(connectorId),
        (number("ConnectorId", "Which connector.", atLeast(1)),),
        (STATUS_OUTPUT,),
    ),
    M(
        "TriggerMessage",
        "Asks the charge point to send a message now.",
        _trigger,
        (
            text(
                "RequestedMessage", "The message, such as StatusNotification.", among(*TRIGGERABLE)
            ),
            number("ConnectorId", "Of which connector; -1: of all.", atLeast(LEFT_OUT)),
        ),
        (STATUS_OUTPUT,),
    ),
    M(
        "GetConfiguration",
        "Reads configuration keys of the charge point.",
        _getConfiguration,
        (texts("Keys", "Which keys; none: all.", eachWithin(50)),),
        (
            texts("Keys", "Keys that the charge point has."),
            texts("Values", "Their values; empty where it gave none."),
            ArgumentDeclaration(
                "ReadOnly", DataType.Boolean, "Which of them cannot be changed.", isList=True
            ),
            texts("UnknownKeys", "Keys that it does not have."),
        ),
        May.configure,
    ),
    M(
        "ChangeConfiguration",
        "Changes a configuration key of the charge point.",
        lambda target, key, value: ChangeConfiguration(key, value),
        (
            text("Key", "Name of the key.", within(50, 1)),
            text("Value", "The new value as text.", within(500)),
        ),
        (STATUS_OUTPUT,),
        May.configure,
    ),
    M(
        "DataTransfer",
        "Sends a message of a vendor's own to the charge point.",
        _dataTransfer,
        (
            text("VendorId", "Whose message it is.", within(255, 1)),
            text("MessageId", "Which message; empty: left out.", within(50)),
            text("Data", "Its content; empty: left out."),
        ),
        (STATUS_OUTPUT, text("Data", "What the charge point gave back.")),
        May.configure,
    ),
)
