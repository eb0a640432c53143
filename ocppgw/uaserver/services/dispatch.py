"""
From the bytes of a request to the service that answers it.

Every request gets an answer: of its service, or a ServiceFault that says what
was wrong with it.  Nothing but the services that make a session is reached
without an activated one (CVE-2023-26150).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import frozen
from opcua import ua
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ocppgw.uaserver.codec.decoding import Decode, decodeInSteps, decoderOf
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.codec.reader import STEP_ELEMENTS, Reader
from ocppgw.uaserver.codec.requesthead import RequestHead, requestHead
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.library import declaredFields
from ocppgw.uaserver.services.readlists import ReadLists
from ocppgw.uaserver.sessions.sessions import Sessions
from ocppgw.uaserver.transport.channel import Channel
from ocppgw.uaserver.turns import Line, Steps

Service = Callable[[Exchange, Any], Any]

LARGE = 16_384
"""Bytes of a request above which its parts are decoded in turns."""

_NO_HEAD = RequestHead(None, None, 0, 0)

log = Logger()


@frozen
class Route:
    """
    How one kind of request is served.

    :ivar cls: the library's class of the request.
    :ivar service: answers it.
    :ivar open: may it come without an activated session?
    :ivar fields: name, type and decoding function of each field behind the header.
    :ivar lists: remembers those that came before.
    """

    cls: Any
    service: Service
    open: bool
    fields: list[tuple[str, str, Decode]]
    lists: ReadLists | None = None


class Dispatch:
    """
    Finds the service of a request and sees to it that it is answered.

    :param operations: that a request may have.
    """

    def __init__(
        self,
        sessions: Sessions,
        clock: IReactorTime,
        now: Callable[[], datetime],
        operations: int,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._line = Line(clock)
        self._now = now
        self._operations = operations
        self._routes: dict[int, Route] = {}

    def serve(
        self, name: str, service: Service, open: bool = False, lists: ReadLists | None = None
    ) -> None:
        """
        Have requests called ``name`` (such as ``"Read"``) answered by ``service``.

        :param open: it may come without an activated session; the service
            then looks for the session itself.
        :param lists: remembers them; the service is given a `ReadList` instead of the request.
        """
        cls = getattr(ua, f"{name}Request")
        typeId = getattr(ua.ObjectIds, f"{name}Request_Encoding_DefaultBinary")
        fields = [
            (each.name, each.typeName, decoderOf(each.typeName)) for each in declaredFields(cls)[2:]
        ]
        self._routes[typeId] = Route(cls, service, open, fields, lists)

    def deliver(self, channel: Channel, requestId: int, body: bytes) -> None:
        """Serve one request; see `Channel`."""
        reader = Reader(body)
        if len(body) > LARGE:
            reader.left = STEP_ELEMENTS
        try:
            head = requestHead(reader)
        except Fault as fault:
            # Without a header there is no handle, but the request id still tells.
            self._exchange(channel, requestId, _NO_HEAD).fault(fault.statusCode)
            return
        exchange = self._exchange(channel, requestId, head)
        try:
            response = self._answer(exchange, head, reader)
            if response is LATER:
                exchange.wait()
            else:
                exchange.reply(response)
        except Fault as fault:
            exchange.fault(fault.statusCode)
        except RecursionError:
            exchange.fault(ua.StatusCodes.BadEncodingLimitsExceeded)
        except Exception:  # noqa: BLE001 - whatever happens, the peer gets an answer
            log.failure("Request {typeId} failed", typeId=head.typeId)
            exchange.fault(ua.StatusCodes.BadInternalError)

    def _exchange(self, channel: Channel, requestId: int, head: RequestHead) -> Exchange:
        return Exchange(channel, requestId, head, self._clock.seconds(), self._now)

    def _answer(self, exchange: Exchange, head: RequestHead, reader: Reader) -> Any:
        route = self._routes.get(head.typeId)
        if route is None or not route.open:
            token = head.AuthenticationToken
            exchange.session = self._sessions.findActivated(token, exchange.channel)
        if route is None:
            raise Fault(ua.StatusCodes.BadServiceUnsupported, "no such service")
        content = b"" if route.lists is None else reader.data[reader.position :]
        if route.lists is not None and exchange.session is not None:
            known = route.lists.find(exchange.session, content)
            if known is not None:
                return route.service(exchange, known)
        request = route.cls()
        request.RequestHeader = head
        if len(reader.data) > LARGE:
            self._answerInLine(exchange, self._answering(exchange, route, request, reader, content))
            return LATER
        for name, _, decodeField in route.fields:
            setattr(request, name, decodeField(reader))
        return self._served(exchange, route, request, content)

    def _served(self, exchange: Exchange, route: Route, request: Any, content: bytes) -> Any:
        if route.lists is not None and exchange.session is not None:
            request = route.lists.keep(exchange.session, content, request.Parameters)
        return route.service(exchange, request)

    def _answerInLine(self, exchange: Exchange, steps: Steps) -> None:
        """
        Have it decoded and answered once the large requests before it are.

        Its channel takes nothing more meanwhile: what a client sends faster than it is decoded
        stays with the client.
        """
        channel = exchange.channel

        def isDone() -> bool:
            if not channel.isOpen:
                exchange.fault(ua.StatusCodes.BadSecureChannelClosed)
            return exchange.answered

        channel.hold()
        self._line.work(exchange.guarded(steps), isDone, channel.release)

    def _answering(
        self, exchange: Exchange, route: Route, request: Any, reader: Reader, content: bytes
    ) -> Steps:
        """Decode a large request in turns, then have it answered."""
        for name, typeName, _ in route.fields:
            setattr(request, name, (yield from decodeInSteps(typeName, reader, self._operations)))
        response = self._served(exchange, route, request, content)
        if response is not LATER:
            exchange.reply(response)
