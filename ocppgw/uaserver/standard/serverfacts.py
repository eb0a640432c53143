"""
What the Server object says about this server: nothing null, nothing untrue.

Each fact is a Variable of namespace 0 and a function that computes it.  What
ServerCapabilities announces comes from the limits that are enforced.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.reader import MAX_ELEMENTS, MAX_LENGTH
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import NAMESPACE_URI
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.standard.loading import Nodes
from ocppgw.uaserver.standard.nodes import StandardVariable

UA_NAMESPACE = "http://opcfoundation.org/UA/"
_PRODUCT = "ocppgw"
_PROFILE = "http://opcfoundation.org/UA-Profile/Server/EmbeddedUA2017"
_VALUE, _DATA_TYPE, _VALUE_RANK = 13, 14, 15
_RUNNING, _SHUTDOWN = 0, 4
_SERVICE_LEVEL = 255
_TYPES = ua.VariantType
_EMPTY = {1: False, 3: 0, 5: 0, 6: 0, 7: 0, 9: 0, 10: 0.0, 11: 0.0, 12: "", 15: b""}

Now = Callable[[], datetime]


class Ending:
    """
    Whether the server is about to end, and when (OPC 10000-5, 12.6 and 12.10).

    OPC UA thread.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._at: datetime | None = None

    def announce(self, seconds: float) -> None:
        """The server ends in so many seconds."""
        self._at = self._now() + timedelta(seconds=seconds)

    @property
    def state(self) -> int:
        """Of ServerState."""
        return _RUNNING if self._at is None else _SHUTDOWN

    @property
    def seconds(self) -> int:
        """Until the end; 0 where none is in sight."""
        if self._at is None:
            return 0
        return max(0, ceil((self._at - self._now()).total_seconds()))

    @property
    def reason(self) -> str:
        """For people."""
        return "" if self._at is None else "The gateway is stopping."


def applyServerFacts(nodes: Nodes, settings: ServerSettings, now: Now, ending: Ending) -> None:
    """Give the Variables of the Server object their values."""
    started = settings.started
    for node in nodes.values():
        if isinstance(node, StandardVariable):
            node.attributes[_VALUE] = _declared(node, started)
    for identifier, variant in _constants(settings).items():
        found = _variable(nodes, identifier)
        found.attributes[_VALUE] = _stamped(variant, started)
    for identifier, variantNow in _changing(settings, now, ending).items():
        _variable(nodes, identifier).fact = _computed(variantNow, now)


def _variable(nodes: Nodes, name: str) -> StandardVariable:
    found = nodes[ua.NodeId(getattr(ua.ObjectIds, name))]
    assert isinstance(found, StandardVariable), name
    return found


def _stamped(variant: Any, at: datetime) -> Any:
    return ua.DataValue(variant, sourceTimestamp=at, serverTimestamp=at)


def _computed(variantNow: Callable[[], Any], now: Now) -> Callable[[], Any]:
    return lambda: _stamped(variantNow(), now())


def _declared(node: StandardVariable, at: datetime) -> Any:
    """The library's value, or an empty one of the right type where it has none."""
    declared = node.attributes.get(_VALUE)
    if declared is not None and declared.Value.Value is not None:
        return _stamped(declared.Value, at)
    dataType = node.attributes[_DATA_TYPE].Value.Value.Identifier
    kind = dataType if dataType in _EMPTY else None
    if node.attributes[_VALUE_RANK].Value.Value >= 0:
        listed = ua.VariantType(kind) if kind else _TYPES.ExtensionObject
        return _stamped(ua.Variant([], listed, is_array=True), at)
    if kind is None:
        return _stamped(ua.Variant(None, _TYPES.Null), at)
    return _stamped(ua.Variant(_EMPTY[kind], ua.VariantType(kind)), at)


def _string(value: str) -> Any:
    return ua.Variant(value, _TYPES.String)


def _strings(*values: str) -> Any:
    return ua.Variant(list(values), _TYPES.String, is_array=True)


def _uint32(value: int) -> Any:
    return ua.Variant(value, _TYPES.UInt32)


def _uint16(value: int) -> Any:
    return ua.Variant(value, _TYPES.UInt16)


def _constants(settings: ServerSettings) -> dict[str, Any]:
    build = buildInfo(settings)
    capabilities = "Server_ServerCapabilities_"
    status = "Server_ServerStatus_"
    return {
        "Server_ServerArray": _strings(settings.applicationUri),
        "Server_NamespaceArray": _strings(UA_NAMESPACE, settings.applicationUri, NAMESPACE_URI),
        "Server_ServiceLevel": ua.Variant(_SERVICE_LEVEL, _TYPES.Byte),
        "Server_Auditing": ua.Variant(False, _TYPES.Boolean),
        "Server_ServerDiagnostics_EnabledFlag": ua.Variant(False, _TYPES.Boolean),
        # Nothing is counted, as the flag says: all zero (OPC 10000-5, 6.3.3).
        "Server_ServerDiagnostics_ServerDiagnosticsSummary": ua.Variant(
            ua.ServerDiagnosticsSummaryDataType(), _TYPES.ExtensionObject
        ),
        "Server_ServerRedundancy_RedundancySupport": ua.Variant(0, _TYPES.Int32),
        status + "StartTime": ua.Variant(settings.started, _TYPES.DateTime),
        status + "BuildInfo": ua.Variant(build, _TYPES.ExtensionObject),
        status + "BuildInfo_ProductUri": _string(build.ProductUri),
        status + "BuildInfo_ManufacturerName": _string(build.ManufacturerName),
        status + "BuildInfo_ProductName": _string(build.ProductName),
        status + "BuildInfo_SoftwareVersion": _string(build.SoftwareVersion),
        status + "BuildInfo_BuildNumber": _string(build.BuildNumber),
        status + "BuildInfo_BuildDate": ua.Variant(build.BuildDate, _TYPES.DateTime),
        capabilities + "ServerProfileArray": _strings(_PROFILE),
        capabilities + "LocaleIdArray": _strings("en"),
        **{capabilities + name: value for name, value in _limits(settings.limits).items()},
        **_history(settings.limits),
    }


def _limits(limits: Limits) -> dict[str, Any]:
    operations = ("Read", "Write", "MethodCall", "Browse", "RegisterNodes",
                  "TranslateBrowsePathsToNodeIds", "HistoryReadData")  # fmt: skip
    refused = ("HistoryReadEvents", "HistoryUpdateData", "HistoryUpdateEvents", "NodeManagement")
    announced = {f"OperationLimits_MaxNodesPer{name}": limits.operations for name in operations}
    return {
        "MinSupportedSampleRate": ua.Variant(limits.samplingIntervalMin, _TYPES.Double),
        "MaxBrowseContinuationPoints": _uint16(limits.continuationPoints),
        "MaxQueryContinuationPoints": _uint16(0),
        "MaxHistoryContinuationPoints": _uint16(limits.historyContinuationPoints),
        "MaxArrayLength": _uint32(MAX_ELEMENTS),
        "MaxStringLength": _uint32(MAX_LENGTH),
        "MaxByteStringLength": _uint32(MAX_LENGTH),
        "OperationLimits_MaxMonitoredItemsPerCall": _uint32(limits.operations),
        **{name: _uint32(value) for name, value in announced.items()},
        **{f"OperationLimits_MaxNodesPer{name}": _uint32(0) for name in refused},
    }


def _history(limits: Limits) -> dict[str, Any]:
    """What HistoryRead offers (OPC 10000-11, 5.4.2): raw values, nothing that changes them."""
    capabilities = "HistoryServerCapabilities_"
    return {
        capabilities + "AccessHistoryDataCapability": ua.Variant(True, _TYPES.Boolean),
        capabilities + "MaxReturnDataValues": _uint32(limits.historyValues),
        capabilities + "ServerTimestampSupported": ua.Variant(True, _TYPES.Boolean),
    }


def _changing(settings: ServerSettings, now: Now, ending: Ending) -> dict[str, Callable[[], Any]]:
    def serverStatus() -> Any:
        status = ua.ServerStatusDataType()
        status.StartTime, status.CurrentTime = settings.started, now()
        status.State = ua.ServerState(ending.state)
        status.SecondsTillShutdown = ending.seconds
        status.ShutdownReason = ua.LocalizedText(ending.reason)
        status.BuildInfo = buildInfo(settings)
        return ua.Variant(status, _TYPES.ExtensionObject)

    def reason() -> Any:
        return ua.Variant(ua.LocalizedText(ending.reason), _TYPES.LocalizedText)

    status = "Server_ServerStatus"
    return {
        status: serverStatus,
        status + "_CurrentTime": lambda: ua.Variant(now(), _TYPES.DateTime),
        status + "_State": lambda: ua.Variant(ending.state, _TYPES.Int32),
        status + "_SecondsTillShutdown": lambda: _uint32(ending.seconds),
        status + "_ShutdownReason": reason,
    }


def buildInfo(settings: ServerSettings) -> Any:
    """What product this is."""
    build = ua.BuildInfo()
    build.ProductUri = settings.productUri
    build.ManufacturerName = build.ProductName = _PRODUCT
    build.SoftwareVersion = build.BuildNumber = settings.softwareVersion
    build.BuildDate = settings.built or settings.started
    return build
