"""
The nodes of one charge point as plain data, for servers that have to be given theirs.

``python -m benchmarks.opcua.nodes FILE`` writes them as JSON.  They are what browsing our own
layout shows; Properties of variables and methods are left out, and our types become the standard
ones, which makes it a little less for the others.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from opcua import ua

from benchmarks.opcua.site import KEYS, START, known
from ocppgw.access.roles import Role
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.nodes import METHOD, NAMESPACE_INDEX, NAMESPACE_URI, OBJECT, VARIABLE, Viewer

NAME = "CP"
_VIEWER = Viewer("bench", Role.engineer)
_HIERARCHICAL = (35, 46, 47)


def described() -> dict[str, Any]:
    """Namespace, what is measured, and the nodes: each behind its parent."""
    registry = Registry()
    known(registry, NAME)
    layout = Layout(registry, START)
    nodes: list[dict[str, Any]] = []
    _add(nodes, layout, ua.NodeId(NAME, NAMESPACE_INDEX), None)
    measured = [f"{key.measurand}{'.' + key.phase if key.phase else ''}" for key in KEYS]
    return {"namespace": NAMESPACE_URI, "measured": measured, "nodes": nodes}


def _add(nodes: list[dict[str, Any]], layout: Any, nodeId: Any, reference: Any) -> None:
    node = layout.find(nodeId)
    parent = None if reference is None else node.parent.identifier[len(NAME) :]
    nodes.append(
        {
            "path": node.identifier[len(NAME) :],
            "parent": parent,
            "reference": 35 if reference is None else reference.referenceTypeId.Identifier,
            "kind": {OBJECT: "object", VARIABLE: "variable", METHOD: "method"}[node.nodeClass],
            "name": node.browseName.Name if reference is not None else "",
            "display": node.displayName.Text,
            "description": node.description,
            "type": _typeOf(node),
            **(_value(node) if node.nodeClass == VARIABLE else {}),
        }
    )
    if node.nodeClass != OBJECT:
        return
    for each in node.references(_VIEWER):
        if each.isForward and each.referenceTypeId.Identifier in _HIERARCHICAL:
            _add(nodes, layout, each.target, each)


def _typeOf(node: Any) -> int:
    """The number of a standard type."""
    found = node.typeDefinition
    if found.NamespaceIndex == 0:
        return int(found.Identifier)
    return 58


def _value(node: Any) -> dict[str, Any]:
    value = node.attribute(ua.AttributeIds.Value, _VIEWER)
    content = value.Value.Value
    return {
        "dataType": node.dataTypeId.Identifier,
        "variant": value.Value.VariantType.name,
        "value": content.isoformat() if isinstance(content, datetime) else content,
        "status": value.StatusCode.value,
        "source": value.SourceTimestamp.isoformat(),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(described(), indent=1))
