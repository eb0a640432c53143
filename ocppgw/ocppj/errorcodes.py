"""
The error codes of a CallError: ours are spelled as OCPP 1.6 does, all spellings are understood.

Only names and one look-up.  Source: OCPP-J 1.6 section 4.2.3; errata 5.1 and 5.2 keep the odd
spellings of ``FormationViolation`` and ``OccurenceConstraintViolation`` for 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NOT_IMPLEMENTED = "NotImplemented"
NOT_SUPPORTED = "NotSupported"
INTERNAL_ERROR = "InternalError"
PROTOCOL_ERROR = "ProtocolError"
SECURITY_ERROR = "SecurityError"
FORMATION_VIOLATION = "FormationViolation"
PROPERTY_VIOLATION = "PropertyConstraintViolation"
OCCURENCE_VIOLATION = "OccurenceConstraintViolation"
TYPE_VIOLATION = "TypeConstraintViolation"
GENERIC_ERROR = "GenericError"

ERROR_CODES: Mapping[str, str] = MappingProxyType(
    {
        NOT_IMPLEMENTED: "the receiver does not know this action",
        NOT_SUPPORTED: "the receiver knows this action but does not offer it",
        INTERNAL_ERROR: "the receiver failed while it worked on the message",
        PROTOCOL_ERROR: "something that the action needs is missing",
        SECURITY_ERROR: "refused for reasons of security, or before registration",
        FORMATION_VIOLATION: "not built as the syntax or the action wants it",
        PROPERTY_VIOLATION: "a field holds a value that it must not hold",
        OCCURENCE_VIOLATION: "a field occurs too often or not often enough",
        TYPE_VIOLATION: "a field is of the wrong data type",
        GENERIC_ERROR: "anything else",
    }
)
"""What each code says, in our words."""

_FOREIGN = {
    "formatviolation": FORMATION_VIOLATION,
    "occurrenceconstraintviolation": OCCURENCE_VIOLATION,
    "rpcframeworkerror": FORMATION_VIOLATION,
    "messagetypenotsupported": NOT_SUPPORTED,
}
_KNOWN = {code.lower(): code for code in ERROR_CODES} | _FOREIGN


def understand(code: str) -> str:
    """
    The 1.6 code that is meant by what was received: spellings of OCPP 2 and any case are known.

    What nobody knows is a ``GenericError``.
    """
    return _KNOWN.get(code.strip().lower(), GENERIC_ERROR)
