"""
Every table by the name that a page calls it by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from docs.tables import (
    addressspace,
    configuration,
    conformance,
    formernames,
    logmessages,
    ocpp,
    sizing,
    statuscodes,
)

TABLES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            addressspace.types,
            addressspace.measurands,
            addressspace.phases,
            addressspace.locations,
            addressspace.unitsAndRanges,
            addressspace.roles,
            statuscodes.refusals,
            statuscodes.changes,
            statuscodes.commandWords,
            statuscodes.qualities,
            configuration.reference,
            logmessages.logMessages,
            logmessages.logMistakes,
            ocpp.fromChargePoint,
            ocpp.fromGateway,
            ocpp.statuses,
            ocpp.errorCodes,
            ocpp.stopReasons,
            ocpp.callErrors,
            ocpp.configurationKeys,
            conformance.services,
            conformance.conformanceUnits,
            conformance.ocppMessages,
            conformance.ocppCases,
            sizing.sizing,
            formernames.formerItems,
            formernames.formerMethods,
        )
    }
)
