"""
Whether an idTag may charge: asked, or remembered while nobody can be asked.

Owns the authorization cache, which is bounded.  Source: OCPP 1.6 sections 3.5 and 4.1.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import cast

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from ocppgw.simulator.conversation import AskFailed
from ocppgw.simulator.settings import Settings
from ocppgw.v16.messages import AuthorizeConfirmation, AuthorizeRequest, Message

CAPACITY = 200
ACCEPTED = "Accepted"


class Authorization:
    """
    Who may charge here.

    :param ask: asks the Central System; ``None`` where that is not possible now.
    """

    def __init__(
        self, settings: Settings, ask: Callable[[Message], Deferred[Message] | None]
    ) -> None:
        self._settings = settings
        self._ask = ask
        self._cache: OrderedDict[str, str] = OrderedDict()

    def decide(self, idTag: str) -> Deferred[bool]:
        """Whether this idTag may charge; does not fail."""
        if self._settings.isOn("LocalPreAuthorize") and self._isKnown(idTag):
            return succeed(True)
        asked = self._ask(AuthorizeRequest(idTag=idTag))
        if asked is None:
            return succeed(self._alone(idTag))
        return asked.addCallbacks(
            self._answered, self._failed, callbackArgs=(idTag,), errbackArgs=(idTag,)
        )

    def learn(self, idTag: str, status: str) -> None:
        """The Central System said what it thinks of an idTag."""
        if self._settings.isOn("AuthorizationCacheEnabled"):
            self._cache.pop(idTag.lower(), None)
            self._cache[idTag.lower()] = status
            while len(self._cache) > CAPACITY:
                self._cache.popitem(last=False)

    def clear(self) -> bool:
        """Forget all; ``False`` where nothing is remembered anyway (errata 3.23)."""
        self._cache.clear()
        return self._settings.isOn("AuthorizationCacheEnabled")

    def _isKnown(self, idTag: str) -> bool:
        return self._cache.get(idTag.lower()) == ACCEPTED

    def _alone(self, idTag: str) -> bool:
        if idTag.lower() in self._cache:
            return self._isKnown(idTag) and self._settings.isOn("LocalAuthorizeOffline")
        return self._settings.isOn("AllowOfflineTxForUnknownId")

    def _answered(self, message: Message, idTag: str) -> bool:
        status = cast(AuthorizeConfirmation, message).idTagInfo.status
        self.learn(idTag, status)
        return status == ACCEPTED

    def _failed(self, failure: Failure, idTag: str) -> bool:
        failure.trap(AskFailed)
        return self._alone(idTag)
