"""
Why a client's security was refused: what the log says, and what the client hears.
"""

from __future__ import annotations

from opcua import ua

_CODES = ua.StatusCodes

#: Told to nobody outside, so that a stranger learns nothing of the trust list
#: (OPC 10000-4, 6.1.3).
_HIDDEN = frozenset(
    {
        _CODES.BadCertificateInvalid,
        _CODES.BadCertificateUntrusted,
        _CODES.BadCertificateChainIncomplete,
        _CODES.BadCertificatePolicyCheckFailed,
        _CODES.BadCertificateRevoked,
        _CODES.BadCertificateIssuerRevoked,
    }
)


class SecurityRefused(Exception):
    """
    Something about a client's security is not accepted.

    ``str`` is for the log only.

    :ivar statusCode: the true reason.
    """

    def __init__(self, statusCode: int, reason: str) -> None:
        super().__init__(reason)
        self.statusCode = statusCode

    @property
    def wireCode(self) -> int:
        """What the client is told."""
        if self.statusCode in _HIDDEN:
            return int(_CODES.BadSecurityChecksFailed)
        return self.statusCode
