"""
The OpenAPI document, made of the declarations.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from ocppgw.web.api.declaring import BASE, JSON, Nothing, Operation, Problem
from ocppgw.web.api.fields import NAMED, PATHS
from ocppgw.web.security.rights import Right

REF = "#/components/schemas/{name}"

ALWAYS = {
    400: "The request makes no sense.",
    413: "The body is too large.",
    421: "The request names another host.",
    429: "Too many requests, or too many waiting commands.",
    500: "A mistake of the gateway.",
    503: "The store fails, or the gateway is stopping.",
}
"""What every operation may be answered."""

WORDS = {
    **ALWAYS,
    401: "Nobody is logged in.",
    403: "The visitor may not do this, or a browser sent it from elsewhere.",
    404: "There is no such thing.",
    409: "It cannot be done now: not connected, not enabled, locked by the file ..",
    415: "The body is of another type.",
    422: "An argument is not accepted.",
    502: "The charge point answered with an error, or the link broke.",
    504: "The charge point did not answer in time.",
}


def document(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The whole document, ready for JSON."""
    every = tuple(operations)
    types = [kind for one in every for kind in (one.answer, one.query, one.body)]
    types = [kind for kind in types if kind is not str]
    _, components = msgspec.json.schema_components([*types, Problem], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ocppgw",
            "version": version,
            "description": "What the console shows and does, for programs.",
        },
        "servers": [{"url": BASE}],
        "security": [{}, {"password": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"password": {"type": "http", "scheme": "basic"}},
        },
    }


def _operation(one: Operation, components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"Needs the role {one.right.least.name}." if one.right.value else "",
        "parameters": [*_pathParameters(one), *_queryParameters(one, components)],
        "responses": _responses(one),
    }
    if one.hasBody:
        [schema], _ = msgspec.json.schema_components([one.body], ref_template=REF)
        content = {one.consumes: {"schema": schema} if one.consumes == JSON else {}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _pathParameters(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _named(name)}
        for name in re.findall(r"\{(\w+)\}", one.path)
    ]


def _named(name: str) -> dict[str, Any]:
    return msgspec.json.schema(PATHS.get(name, NAMED))


def _queryParameters(one: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    if one.query is Nothing:
        return []
    schema = components[one.query.__name__]
    return [
        {"name": name, "in": "query", "required": False, "schema": _withoutNull(kind)}
        for name, kind in schema["properties"].items()
    ]


def _withoutNull(schema: dict[str, Any]) -> dict[str, Any]:
    """What is missing in a query is left out, and never null."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _responses(one: Operation) -> dict[str, Any]:
    [schema], _ = msgspec.json.schema_components([one.answer], ref_template=REF)
    statuses = {*ALWAYS, *one.problems}
    statuses |= {401, 403} if one.right is not Right.anybody else set()
    statuses |= {403, 415, 422} if one.hasBody else set()
    statuses |= {403} if one.method != "GET" else set()
    problem = {JSON: {"schema": {"$ref": REF.format(name="Problem")}}}
    plain = {"text/plain": {"schema": {"type": "string"}}}
    responses: dict[str, Any] = {
        "200": {"description": "Done.", "content": {one.produces: {"schema": schema}}}
    }
    for status in sorted(statuses):
        content = {**problem, **plain} if status in (401, 403, 413, 421, 429) else problem
        responses[str(status)] = {"description": WORDS[status], "content": content}
    return responses
