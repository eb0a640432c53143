"""
What the standards ask for, by name: services and conformance units of OPC UA, messages and test
cases of OCPP.

Only names, and which of them the gateway does not offer.  Whether the others are done is not said
here: tests show it (``tests.conformance``).  Sources: OPC 10000-4, the conformance units of the
Standard 2017 UA Server Profile in OPC 10000-7, OCPP 1.6 sections 4 and 5, its Security Whitepaper,
and the numbers of the test cases of OCPP's compliance tests.
"""

from __future__ import annotations

from collections.abc import Mapping

SERVICES = """
FindServers GetEndpoints OpenSecureChannel CloseSecureChannel CreateSession ActivateSession
CloseSession Cancel Browse BrowseNext TranslateBrowsePathsToNodeIds RegisterNodes UnregisterNodes
Read HistoryRead Write Call CreateMonitoredItems ModifyMonitoredItems SetMonitoringMode
SetTriggering DeleteMonitoredItems CreateSubscription ModifySubscription SetPublishingMode Publish
Republish TransferSubscriptions DeleteSubscriptions
""".split()

SERVICES_NOT_OFFERED = """
FindServersOnNetwork RegisterServer RegisterServer2 AddNodes AddReferences DeleteNodes
DeleteReferences QueryFirst QueryNext HistoryUpdate
""".split()

_UNITS = """
== Address Space
Address Space Base
Address Space Atomicity
Address Space Full Array Only
Address Space Events
Address Space Method
Address Space User Access Level Full
- Address Space Interfaces
- Address Space Dictionary
== Attributes
Attribute Read
Attribute Read Complex
Attribute Write Values
- Attribute Write Index
- Attribute Write StatusCode & Timestamp
- Attribute Alternate Encoding
== Base information
Base Info Core Structure
Base Info Server Capabilities
Base Info GetMonitoredItems Method
Base Info ResendData Method
Base Info Type System
Base Info EventQueueOverflow EventType
Namespace Metadata
- Base Info Progress Events
- Base Info System Status
- Base Info Diagnostics
- Base Info Estimated Return Time
- Base Info Local Time
== Discovery and sessions
Discovery Get Endpoints
Discovery Find Servers Self
- Discovery Register
Session General Service Behaviour
Session Base
Session Minimum 50 Parallel
Session Change User
Session Cancel
== Monitored items
Monitor Basic
Monitor Items 500
Monitor Value Change
Monitor Items Deadband Filter
Data Access PercentDeadband
Monitor MinQueueSize_05
Monitor QueueSize_ServerMax
Monitor Triggering
Monitor Events
Monitor Complex Event Filter
- Monitor Aggregate Filter
== Subscriptions
Subscription Basic
Subscription Minimum 5
Subscription Publish Min 10
Subscription Publish Discard Policy
Subscription Transfer
- Subscription Durable
== Security
SecurityPolicy None, from this machine
SecurityPolicy Basic256Sha256
SecurityPolicy Aes128-Sha256-RsaOaep
SecurityPolicy Aes256-Sha256-RsaPss
- SecurityPolicy Basic128Rsa15 (withdrawn)
- SecurityPolicy Basic256 (withdrawn)
Security Certificate Validation
Security Default ApplicationInstance Certificate
Security User Anonymous
Security User Name Password
Security User X509
Best Practice: time-outs, random handles, strict message handling
- Security User IssuedToken
- Security Time Synchronization
- Push Model for Certificates
== Transport, methods, history
UA-TCP UA-SC UA-Binary
Method Call
Data Access AnalogItemType
Data Access MultiStateDiscreteType
Historical Access Read Raw
- Historical Access Aggregates
- Historical Access Events
- Historical Access Update
- Alarms and Conditions
"""


def _groups() -> Mapping[str, tuple[str, ...]]:
    """Units by group, as they stand, a hyphen before those that are not offered."""
    parts = (part.strip().splitlines() for part in _UNITS.split("== ") if part.strip())
    return {group: tuple(units) for group, *units in parts}


_GROUPS = _groups()

GROUPS: Mapping[str, tuple[str, ...]] = {
    group: tuple(unit.removeprefix("- ") for unit in units) for group, units in _GROUPS.items()
}
"""Conformance units by group."""

NOT_OFFERED = frozenset(
    unit.removeprefix("- ") for units in _GROUPS.values() for unit in units if unit[:2] == "- "
)
"""Units that a client is refused; a test may show how."""

MESSAGES_NOT_OFFERED = """
CancelReservation ClearChargingProfile GetCompositeSchedule GetDiagnostics GetLocalListVersion
ReserveNow SendLocalList SetChargingProfile UpdateFirmware CertificateSigned DeleteCertificate
ExtendedTriggerMessage GetInstalledCertificateIds GetLog InstallCertificate SignedUpdateFirmware
""".split()
"""What a Central System may ask and this one never does."""

CASES = """
001 003 004_1 004_2 005_1 007 010 011_1 011_2 012 013 014 017_1 017_2 018_1 019_1 019_2 021 023_1
023_2 023_3 024 026 028 030 031 032_1 037_1 037_3 039 040_1 040_2 054 055 061 064 073 083 085
086 087 088
""".split()
"""Test cases of the compliance tests that concern what is offered."""
