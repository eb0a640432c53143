"""
Carrying out what the Central System asks: one method for each command.

Decides and answers; what follows from a command happens once the confirmation is on its way.
Source: OCPP 1.6 section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from ocppgw.simulator.authorization import Authorization
from ocppgw.simulator.configuring import changeConfiguration, getConfiguration
from ocppgw.simulator.connector import Connector
from ocppgw.simulator.conversation import Answer
from ocppgw.simulator.registration import Registration
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.statuses import Statuses
from ocppgw.simulator.transactions import Transactions
from ocppgw.simulator.triggers import Triggers
from ocppgw.v16.messages import (
    ChangeAvailabilityConfirmation,
    ChangeAvailabilityRequest,
    ChangeConfigurationRequest,
    ClearCacheConfirmation,
    ClearCacheRequest,
    DataTransferConfirmation,
    DataTransferRequest,
    GetConfigurationRequest,
    Message,
    RemoteStartTransactionConfirmation,
    RemoteStartTransactionRequest,
    RemoteStopTransactionConfirmation,
    RemoteStopTransactionRequest,
    ResetConfirmation,
    ResetRequest,
    TriggerMessageRequest,
    UnlockConnectorConfirmation,
    UnlockConnectorRequest,
)

_ACCEPTED = "Accepted"
_REJECTED = "Rejected"


@attrs.frozen
class Commands:
    """
    All commands of one charge point.

    :ivar reset: restarts it; the argument is Soft or Hard.
    """

    connectors: Sequence[Connector]
    settings: Settings
    registration: Registration
    authorization: Authorization
    statuses: Statuses
    transactions: Transactions
    triggers: Triggers
    reset: Callable[[str], object]

    def answer(self, request: Message) -> Answer:
        """Carry a command out; raises `Invalid` for what cannot be answered otherwise."""
        return _METHODS[type(request)](self, request)

    def changeAvailability(self, request: ChangeAvailabilityRequest) -> Answer:
        """Into or out of service; where a transaction runs, when it has ended."""
        if request.connectorId > len(self.connectors):
            return Answer(ChangeAvailabilityConfirmation(status=_REJECTED))
        isOperative = request.type == "Operative"
        chosen = self.connectors
        if request.connectorId:
            chosen = [self.connectors[request.connectorId - 1]]
        else:
            self.statuses.isOperative = isOperative
        done = [connector.change(isOperative) for connector in chosen]
        status = _ACCEPTED if all(done) else "Scheduled"
        return Answer(ChangeAvailabilityConfirmation(status=status), self.statuses.report)

    def changeConfiguration(self, request: ChangeConfigurationRequest) -> Answer:
        """Another value for a key."""
        return Answer(changeConfiguration(self.settings, request))

    def getConfiguration(self, request: GetConfigurationRequest) -> Answer:
        """The values of keys."""
        return Answer(getConfiguration(self.settings, request))

    def clearCache(self, request: ClearCacheRequest) -> Answer:
        """Forget who was authorized."""
        cleared = self.authorization.clear()
        return Answer(ClearCacheConfirmation(status=_ACCEPTED if cleared else _REJECTED))

    def dataTransfer(self, request: DataTransferRequest) -> Answer:
        """We speak no vendor's language."""
        return Answer(DataTransferConfirmation(status="UnknownVendorId"))

    def remoteStart(self, request: RemoteStartTransactionRequest) -> Answer:
        """Begin for this idTag, where there is room; with an Authorize first if so configured."""
        connector = self._roomFor(request.connectorId)
        profile = request.chargingProfile
        isFit = profile is None or (
            profile.chargingProfilePurpose == "TxProfile" and profile.transactionId is None
        )
        if connector is None or not isFit or not self.registration.isAccepted:
            return Answer(RemoteStartTransactionConfirmation(status=_REJECTED))
        return Answer(
            RemoteStartTransactionConfirmation(status=_ACCEPTED),
            lambda: self._begin(connector, request.idTag),
        )

    def _begin(self, connector: Connector, idTag: str) -> None:
        """Begin, unless something else came first while the answer was held back."""
        if not connector.isFree:
            return
        if self.settings.isOn("AuthorizeRemoteTxRequests"):
            self.transactions.present(connector, idTag)
        else:
            self.transactions.grant(connector, idTag)

    def _roomFor(self, connectorId: int | None) -> Connector | None:
        """The connector asked for if it is free, else the first free one, with a car if any."""
        free = [one for one in self.connectors if one.isFree and one.idTag is None]
        chosen = [one for one in free if connectorId in (None, one.id)]
        return min(chosen, key=lambda one: one.car is None, default=None)

    def remoteStop(self, request: RemoteStopTransactionRequest) -> Answer:
        """End a transaction that runs here."""
        connector = self.transactions.find(request.transactionId)
        if connector is None or not self.registration.isAccepted:
            return Answer(RemoteStopTransactionConfirmation(status=_REJECTED))
        return Answer(
            RemoteStopTransactionConfirmation(status=_ACCEPTED),
            lambda: self.transactions.stop(connector, "Remote"),
        )

    def restart(self, request: ResetRequest) -> Answer:
        """Start anew."""
        return Answer(ResetConfirmation(status=_ACCEPTED), lambda: self.reset(request.type))

    def unlockConnector(self, request: UnlockConnectorRequest) -> Answer:
        """Release the plug; a transaction ends first."""
        if request.connectorId > len(self.connectors):
            return Answer(UnlockConnectorConfirmation(status="NotSupported"))
        connector = self.connectors[request.connectorId - 1]
        self.transactions.stop(connector, "UnlockCommand")
        return Answer(UnlockConnectorConfirmation(status="Unlocked"))

    def trigger(self, request: TriggerMessageRequest) -> Answer:
        """Send a message now."""
        return self.triggers.answer(request)


_METHODS: Mapping[type[Message], Callable[[Commands, Any], Answer]] = {
    ChangeAvailabilityRequest: Commands.changeAvailability,
    ChangeConfigurationRequest: Commands.changeConfiguration,
    ClearCacheRequest: Commands.clearCache,
    DataTransferRequest: Commands.dataTransfer,
    GetConfigurationRequest: Commands.getConfiguration,
    RemoteStartTransactionRequest: Commands.remoteStart,
    RemoteStopTransactionRequest: Commands.remoteStop,
    ResetRequest: Commands.restart,
    TriggerMessageRequest: Commands.trigger,
    UnlockConnectorRequest: Commands.unlockConnector,
}
