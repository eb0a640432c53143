"""
The site's idTags: adding, removing and listing them.

Pure decisions.
"""

from __future__ import annotations

from types import MappingProxyType

import attrs

from ocppgw.central.administering.deciding import Change, Decision, Site, invalid
from ocppgw.central.administering.naming import whyNotText
from ocppgw.config.kinds import Text
from ocppgw.model.commands import AddIdTag, ListIdTags, RemoveIdTag
from ocppgw.model.facts import SITE, IdTagChanged, IdTagRemoved
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.outcomes import Answered
from ocppgw.v16.idtags import PADDING

# The length that OCPP gives an idTag is not a limit here: some readers send more.
_ID_TAG = Text(1, 255)
_PARENT = Text(0, 20)
_STATUSES = ("Accepted", "Blocked", "Expired", "Invalid")


def addIdTag(action: AddIdTag, site: Site) -> Decision:
    """A new idTag, or new words about a known one."""
    idTag = action.idTag.strip(PADDING)
    if why := whyNotText(idTag, _ID_TAG):
        return invalid("idTag", why)
    if action.status not in _STATUSES:
        return invalid("status", f"must be one of {', '.join(_STATUSES)}")
    if why := whyNotText(action.parentIdTag, _PARENT):
        return invalid("parentIdTag", why)
    known = site.idTags.find(idTag)
    entry = IdTagEntry(
        idTag,
        action.status,
        action.expiryDate,
        action.parentIdTag,
        fromFile=known is not None and known.fromFile,
    )
    status = "Added" if known is None else "Updated"
    return Change(SITE, (IdTagChanged(entry, site.now),), Answered(status))


def removeIdTag(action: RemoveIdTag, site: Site) -> Decision:
    """Take one out; the file's own are blocked, or the next start would bring them back."""
    known = site.idTags.find(action.idTag)
    if known is None:
        return Answered("Unknown")
    return Change(SITE, (_removal(known, site),), Answered("Removed"))


def _removal(known: IdTagEntry, site: Site) -> IdTagChanged | IdTagRemoved:
    if known.fromFile:
        return IdTagChanged(attrs.evolve(known, status="Blocked"), site.now)
    return IdTagRemoved(known.idTag, site.now)


def listIdTags(_: ListIdTags, site: Site) -> Decision:
    """All of them, in columns."""
    entries = site.idTags.list()
    outputs = {
        "IdTags": tuple(entry.idTag for entry in entries),
        "Statuses": tuple(entry.status for entry in entries),
        "ExpiryDates": tuple(entry.expiryDate for entry in entries),
        "ParentIdTags": tuple(entry.parentIdTag for entry in entries),
    }
    return Answered("Listed", MappingProxyType(outputs))
