"""
From a request to an operation, and from its answer to a response.

Decodes and validates by the declaration, checks the right, encodes; every failure becomes a
`Problem` with a fitting status.  Reactor thread; every request gets one response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.interfaces import StoreFailed
from ocppgw.web.api.declaring import JSON, ApiError, Asked, Operation, Problem
from ocppgw.web.api.fields import NAMED, PATHS
from ocppgw.web.files.exports import Export, send
from ocppgw.web.live.works import TooManyWorks
from ocppgw.web.means import Means
from ocppgw.web.security.visitors import Visitor, visitorOf
from ocppgw.web.shielding import shielded

log = Logger()


def perform(
    operation: Operation, means: Means, request: Any, path: Mapping[str, str]
) -> Deferred[bytes]:
    """The body of the response; the request gets its status and its type."""
    request.setHeader("Content-Type", JSON)
    done: Deferred[Any] = maybeDeferred(_performed, operation, means, request, path)
    done = shielded(done)
    done.addCallback(_encoded, means, request)
    return done.addErrback(refused, request)


def _encoded(answer: Any, means: Means, request: Any) -> bytes | Deferred[bytes]:
    if isinstance(answer, Export):
        sending = send(request, answer, means.works, visitorOf(request).user)
        return Deferred.fromCoroutine(sending)
    return msgspec.json.encode(answer)


def _performed(operation: Operation, means: Means, request: Any, path: Mapping[str, str]) -> Any:
    visitor = visitorOf(request)
    allow(operation, visitor)
    asked = Asked(
        means,
        visitor,
        _path(path),
        _query(operation, request),
        _body(operation, request),
    )
    return operation.function(asked)


def allow(operation: Operation, visitor: Visitor) -> None:
    """Raises `ApiError` where the visitor may not do it."""
    if operation.right.of(visitor.role):
        return
    least = operation.right.least.name
    if visitor.isLoggedIn or visitor.role > 0:
        raise ApiError(403, Problem("forbidden", f"needs the role {least}"))
    raise ApiError(401, Problem("unauthorized", "log in, or send a name and a password"))


def _path(said: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return {
            name: msgspec.convert(unquote(value), PATHS.get(name, NAMED))
            for name, value in said.items()
        }
    except msgspec.ValidationError as error:
        raise ApiError(400, Problem("invalidArgument", _words(error))) from None


def _query(operation: Operation, request: Any) -> Any:
    raw = request.uri.partition(b"?")[2].decode("latin-1")
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=50)
        said = dict(pairs)
        wrong = said.keys() - set(operation.query.__struct_fields__)
        if wrong or len(said) < len(pairs):
            why = "unknown parameter" if wrong else "a parameter stands twice"
            raise ApiError(400, Problem("invalidArgument", why, min(wrong, default="")))
        return msgspec.convert(said, operation.query, strict=False)
    except ValueError as error:
        raise ApiError(400, Problem("invalidArgument", _words(error))) from None


def _body(operation: Operation, request: Any) -> Any:
    if not operation.hasBody:
        return None
    kind = (request.getHeader("content-type") or "").partition(";")[0].strip().lower()
    if kind != operation.consumes:
        raise ApiError(415, Problem("invalidArgument", f"the body has to be {operation.consumes}"))
    request.content.seek(0)
    if kind != JSON:
        return request.content.read().decode("utf-8", "replace")
    try:
        said = _whole(msgspec.json.decode(request.content.read()))
        return msgspec.convert(said, operation.body)
    except msgspec.ValidationError as error:
        raise ApiError(422, Problem("invalidArgument", _words(error))) from None
    except (ValueError, RecursionError) as error:
        raise ApiError(400, Problem("invalidArgument", _words(error))) from None


def _whole(value: Any) -> Any:
    """The same with ``1.0`` as ``1``: to JSON, and to JSON schemas, it is one number."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {key: _whole(item) for key, item in value.items()}
        case _:
            return value


def _words(error: BaseException) -> str:
    # Some quote what was sent, which need not be text that can be sent back.
    return str(error).encode("utf-8", "backslashreplace").decode()[:300]


def refused(failure: Failure, request: Any) -> bytes:
    """The response to a failure."""
    error = failure.value
    request.setHeader("Content-Type", JSON)
    if isinstance(error, ApiError):
        status, problem = error.status, error.problem
    elif isinstance(error, StoreFailed):
        status, problem = 503, Problem("storeFailed", str(error))
    elif isinstance(error, TooManyWorks):
        status, problem = 429, Problem("tooMany", str(error))
    elif isinstance(error, CancelledError):
        status, problem = 503, Problem("stopping", "nobody waits for this any more")
    else:
        log.failure("An operation of the API failed", failure=failure)
        status, problem = 500, Problem("failed", "a mistake of the gateway; its log has it")
    request.setResponseCode(status)
    return msgspec.json.encode(problem)
