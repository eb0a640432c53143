"""
The API's routes, made of the declarations.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from klein import Klein
from twisted.internet.defer import Deferred

from ocppgw import __version__
from ocppgw.web.api.declaring import BASE, JSON, Operation
from ocppgw.web.api.openapi import document
from ocppgw.web.api.operations import OPERATIONS
from ocppgw.web.api.performing import perform
from ocppgw.web.means import Means

DOCUMENT = f"{BASE}/openapi.json"


def addApi(app: Klein, means: Means) -> None:
    """Put every operation, and the document that describes them, into an application."""
    for operation in OPERATIONS:
        _add(app, means, operation)
    described = msgspec.json.format(msgspec.json.encode(document(OPERATIONS, __version__)))

    @app.route(DOCUMENT, methods=["GET"])
    def openapi(request: Any) -> bytes:
        request.setHeader("Content-Type", JSON)
        return described


def _add(app: Klein, means: Means, operation: Operation) -> None:
    rule = BASE + re.sub(r"\{(\w+)\}", r"<string:\1>", operation.path)

    @app.route(rule, methods=[operation.method], endpoint=operation.name, strict_slashes=False)
    def answer(request: Any, **path: str) -> Deferred[bytes]:
        return perform(operation, means, request, path)
