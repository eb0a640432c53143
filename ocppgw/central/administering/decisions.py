"""
What people decide about a known charge point: its settings, its connectors' idTag, closing a
transaction that never ended.

Pure decisions.
"""

from __future__ import annotations

from typing import Any

import attrs

from ocppgw.central.administering.deciding import Change, Decision, Site, invalid, unknown
from ocppgw.central.administering.naming import whyNotText
from ocppgw.config.kinds import Text
from ocppgw.model.closing import closed
from ocppgw.model.commands import (
    ForceClose,
    SetCommandIdTag,
    SetDescription,
    SetEnabled,
    SetName,
)
from ocppgw.model.facts import CommandIdTagWritten, SettingsChanged
from ocppgw.model.outcomes import Answered, Refusal, Refused

STORED = Answered("Stored")

_NAME = Text(0, 255)
_DESCRIPTION = Text(0, 1000)
_ID_TAG = 20


def setName(action: SetName, site: Site) -> Decision:
    """The DisplayName."""
    if why := whyNotText(action.value, _NAME):
        return invalid("value", why)
    return _set(action.nodeName, "name", action.value, site)


def setDescription(action: SetDescription, site: Site) -> Decision:
    """The Description."""
    if why := whyNotText(action.value, _DESCRIPTION):
        return invalid("value", why)
    return _set(action.nodeName, "description", action.value, site)


def setEnabled(action: SetEnabled, site: Site) -> Decision:
    """Whether its link is wanted."""
    return _set(action.nodeName, "enabled", action.value, site)


def _set(nodeName: str, setting: str, value: Any, site: Site) -> Decision:
    record = site.registry.record(nodeName)
    if record is None:
        return unknown(nodeName)
    if setting in record.settings.locked:
        return Refused(Refusal.locked, f"the configuration file locks {setting}")
    chosen = record.settings.chosen | {setting}
    settings = attrs.evolve(record.settings, chosen=chosen, **{setting: value})
    return Change(nodeName, (SettingsChanged(settings, site.now),), STORED)


def setCommandIdTag(action: SetCommandIdTag, site: Site) -> Decision:
    """The idTag for the command variable RemoteStart; empty: the gateway's own."""
    record = site.registry.record(action.nodeName)
    if record is None or action.connectorId not in record.connectors:
        return unknown(action.nodeName)
    if why := whyNotText(action.idTag, Text(0, _ID_TAG)):
        return invalid("idTag", why)
    fact = CommandIdTagWritten(action.connectorId, action.idTag, site.now)
    return Change(action.nodeName, (fact,), STORED)


def forceClose(action: ForceClose, site: Site) -> Decision:
    """End a transaction whose StopTransaction never came; nobody measured its end."""
    record = site.registry.record(action.nodeName)
    if record is None:
        return unknown(action.nodeName)
    connector = record.connectors.get(action.connectorId)
    running = connector.transaction if connector else None
    if running is None or not running.active:
        return Refused(Refusal.notAllowedNow, "no transaction runs on this connector")
    fact = closed(running, site.now)
    return Change(action.nodeName, (fact,), Answered("Closed"))
