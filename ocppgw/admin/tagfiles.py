"""
A tag file that Ignition exported, and how its OPC items are pointed to another server.

Pure: a JSON value comes in, another one and a report go out.  A file is one tag or a list of tags;
a tag may hold others in ``tags`` (folders, UDT definitions and instances).  Changed are
``opcItemPath`` (a text, or the binding of a UDT's parameter), the ``opcServer`` beside it, and
parameters whose value is such an item.  All else stays, also what is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ocppgw.admin.itempaths import Left, nodeIdOf

PATH, SERVER, BINDING = "opcItemPath", "opcServer", "binding"


@attrs.frozen
class Change:
    """
    What becomes of one item.

    :ivar tag: where it stands, ``Folder/Tag``.
    :ivar new: its NodeId, or why it stays as it is.
    """

    tag: str
    old: str
    new: str | Left


@attrs.frozen
class Terms:
    """
    What is changed into what.

    :ivar pattern: finds items of the former server, with the groups ``device`` and ``path``.
    :ivar server: the name of the former server in Ignition; items of others stay.
    :ivar connection: the name of Ignition's connection to the gateway.
    :ivar nodes: node names by device, where these differ.
    :ivar devices: the only devices that are meant; empty for all.
    """

    pattern: re.Pattern[str]
    server: str
    connection: str
    nodes: Mapping[str, str] = attrs.field(factory=dict)
    devices: frozenset[str] = frozenset()

    def changed(self, item: str) -> str | Left | None:
        """What an item becomes; ``None`` where it is somebody else's."""
        found = self.pattern.fullmatch(item)
        if found is None or (self.devices and found["device"] not in self.devices):
            return None
        device = found["device"]
        return nodeIdOf(self.nodes.get(device, device), found["path"])


def repointed(content: Any, terms: Terms) -> tuple[Any, list[Change]]:
    """The content of a file with its items changed, and what became of each, in its order."""
    report: list[Change] = []
    return _tag(content, "", terms, report), report


def _tag(value: Any, place: str, terms: Terms, report: list[Change]) -> Any:
    if isinstance(value, list):
        return [_tag(each, place, terms, report) for each in value]
    if not isinstance(value, dict):
        return value
    name = value.get("name")
    here = f"{place}/{name}".lstrip("/") if isinstance(name, str) and name else place
    made = {
        key: _tag(each, here, terms, report) if key == "tags" else each
        for key, each in value.items()
    }
    if isinstance(made.get("parameters"), dict):
        made["parameters"] = {
            key: _parameter(each, here, terms, report) for key, each in made["parameters"].items()
        }
    if PATH in made and made.get(SERVER, terms.server) in ("", terms.server):
        path = _text(made[PATH], here, terms, report)
        if path is not made[PATH]:
            made[PATH] = path
            if SERVER in made:
                made[SERVER] = terms.connection
    return made


def _parameter(value: Any, place: str, terms: Terms, report: list[Change]) -> Any:
    """A parameter of a UDT: a text, or an object with its value."""
    if isinstance(value, dict) and "value" in value:
        return {**value, "value": _text(value["value"], place, terms, report)}
    return _text(value, place, terms, report)


def _text(value: Any, place: str, terms: Terms, report: list[Change]) -> Any:
    """A text, or a binding that makes one; the same object where nothing changes."""
    if isinstance(value, dict) and isinstance(value.get(BINDING), str):
        binding = _text(value[BINDING], place, terms, report)
        return value if binding is value[BINDING] else {**value, BINDING: binding}
    new = terms.changed(value) if isinstance(value, str) else None
    if new is None:
        return value
    report.append(Change(place, value, new))
    return value if isinstance(new, Left) else new
