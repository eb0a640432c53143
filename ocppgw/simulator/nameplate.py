"""What a charge point says of itself.  Only data."""

from __future__ import annotations

import attrs

from ocppgw.v16.messages import BootNotificationRequest


@attrs.frozen
class Nameplate:
    """
    A model, and one piece of it.

    :ivar connectors: how many there are.
    """

    vendor: str = "Ampere Works"
    model: str = "AW-22"
    serialNumber: str = "AW22-000001"
    firmwareVersion: str = "1.6.0"
    meterType: str = "MID three-phase"
    connectors: int = 1

    @property
    def boot(self) -> BootNotificationRequest:
        """The BootNotification."""
        return BootNotificationRequest(
            chargePointVendor=self.vendor,
            chargePointModel=self.model,
            chargePointSerialNumber=self.serialNumber,
            chargeBoxSerialNumber=self.serialNumber,
            firmwareVersion=self.firmwareVersion,
            meterType=self.meterType,
            meterSerialNumber=f"M-{self.serialNumber}",
        )
