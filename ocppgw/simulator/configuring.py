"""
Answers to GetConfiguration and ChangeConfiguration.  Source: OCPP 1.6 sections 5.3 and 5.8.

Only between messages and `settings`; no state.
"""

from __future__ import annotations

from ocppgw.ocppj.errorcodes import OCCURENCE_VIOLATION
from ocppgw.simulator.keys import Key
from ocppgw.simulator.settings import Settings
from ocppgw.v16.decoding import Invalid
from ocppgw.v16.messages import (
    ChangeConfigurationConfirmation,
    ChangeConfigurationRequest,
    ConfigurationKey,
    GetConfigurationConfirmation,
    GetConfigurationRequest,
)


def getConfiguration(
    settings: Settings, request: GetConfigurationRequest
) -> GetConfigurationConfirmation:
    """
    The keys asked for, or all.

    :raises Invalid: more keys were asked for than GetConfigurationMaxKeys.
    """
    if not request.key:
        return GetConfigurationConfirmation(
            configurationKey=tuple(_shown(settings, key) for key in settings.readable)
        )
    if len(request.key) > settings.number("GetConfigurationMaxKeys"):
        raise Invalid(OCCURENCE_VIOLATION, "more keys than GetConfigurationMaxKeys", "key")
    found = {name: settings.find(name) for name in request.key}
    known = tuple(_shown(settings, key) for key in found.values() if key and not key.isHidden)
    unknown = tuple(name for name, key in found.items() if key is None or key.isHidden)
    return GetConfigurationConfirmation(configurationKey=known or None, unknownKey=unknown or None)


def changeConfiguration(
    settings: Settings, request: ChangeConfigurationRequest
) -> ChangeConfigurationConfirmation:
    """Take the value, or say why not."""
    return ChangeConfigurationConfirmation(status=settings.change(request.key, request.value))


def _shown(settings: Settings, key: Key) -> ConfigurationKey:
    return ConfigurationKey(key=key.name, readonly=key.isReadOnly, value=settings.shown(key.name))
