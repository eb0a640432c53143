"""What a service or the decoder refuses, as a StatusCode."""

from __future__ import annotations

from opcua import ua


class Fault(Exception):
    """
    A request cannot be served; the peer is told why by a ServiceFault.

    :ivar statusCode: number of the StatusCode.
    """

    def __init__(self, statusCode: int, why: str = "") -> None:
        super().__init__(why or str(statusCode))
        self.statusCode = statusCode


class Undecodable(Fault):
    """The bytes are not what they should be."""

    def __init__(self, why: str, statusCode: int = ua.StatusCodes.BadDecodingError) -> None:
        super().__init__(statusCode, why)


class LimitExceeded(Undecodable):
    """The bytes say something that is larger or deeper than we take."""

    def __init__(self, why: str) -> None:
        super().__init__(why, ua.StatusCodes.BadEncodingLimitsExceeded)
