"""Tests of HistoryRead: what is asked of the store, and what the client is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.model.history import HistoryAnswer, HistoryPage, HistoryQuery, HistoryRequest, Position
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.model.point import Point
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, World

NUMBER, SECRET, TEXT = (nodeId(f"Toy/{name}") for name in ("Number", "Secret", "Text"))
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)
NULL = datetime(1601, 1, 1)  # noqa: DTZ001 - the library's null DateTime
LIMITS = evolve(Limits(), historyValues=10, historyTotal=12, historyContinuationPoints=2)


def at(seconds: int) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def page(*seconds: int, next: int = 0) -> HistoryPage:
    """A page with a point for each second, and where the next one begins."""
    points = tuple(Point(float(each), at(each), at(each + 100)) for each in seconds)
    return HistoryPage(points, Position(next, 1) if next else None)


def readAll(start: int | None = 0, end: int | None = 9, most: int = 0, **more: Any) -> Any:
    """The details of a question for raw values."""
    details = ua.ReadRawModifiedDetails()
    details.StartTime = NULL if start is None else at(start)
    details.EndTime = NULL if end is None else at(end)
    details.NumValuesPerNode = most
    details.IsReadModified = False
    details.ReturnBounds = False
    for name, value in more.items():
        setattr(details, name, value)
    return details


class HistoryCase(TestCase):
    """A client that asks, and a door that keeps the question until the test answers it."""

    def setUp(self) -> None:
        self.world = World(ServerSettings(anonymousRemote=Role.observer, limits=LIMITS))
        self.client = self.world.client()

    def request(self, *nodes: Any, details: Any = None, **more: Any) -> Any:
        """A HistoryRead; a node is a NodeId, or a NodeId and a continuation point."""
        request = ua.HistoryReadRequest()
        request.Parameters.HistoryReadDetails = details or readAll()
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn(more.pop("stamps", 2))
        request.Parameters.ReleaseContinuationPoints = more.pop("release", False)
        for each in nodes:
            asked = ua.HistoryReadValueId()
            asked.NodeId, asked.ContinuationPoint = (
                each if isinstance(each, tuple) else (each, None)
            )
            for name, value in more.items():
                setattr(asked, name, value)
            request.Parameters.NodesToRead.append(asked)
        return request

    def answered(self, request: Any, *pages: HistoryPage) -> list[Any]:
        """The results of a question that the store answers with pages."""
        number = self.client.send(request)
        self.world.requests.answer(HistoryAnswer(pages))
        return list(self.client.take(number).Results)

    def refused(self, request: Any) -> list[str]:
        """The StatusCodes of a question that nobody has to be asked."""
        results = self.client.ask(request).Results
        self.assertEqual(self.world.requests.posted, [])
        return [each.StatusCode.name for each in results]

    def asked(self) -> tuple[HistoryQuery, ...]:
        """What waits at the door."""
        [(request, _)] = self.world.requests.posted
        assert isinstance(request, HistoryRequest)
        return request.queries


class QuestionTests(HistoryCase):
    """What of a request reaches the store."""

    def test_query(self) -> None:
        """Series, times, number and bounds are handed on, in one question for all nodes."""
        details = readAll(3, 7, 5, ReturnBounds=True)
        self.client.send(self.request(NUMBER, SECRET, details=details))
        first, second = self.asked()
        self.assertEqual((first.start, first.end), (at(3), at(7)))
        self.assertEqual((first.most, first.bounds, first.after), (5, True, None))
        self.assertEqual([each.series.nodeName for each in (first, second)], ["Number", "Secret"])

    def test_openEnds(self) -> None:
        """The null DateTime leaves an end open, if a number of values is given."""
        for start, end in ((3, None), (None, 3)):
            self.client.send(self.request(NUMBER, details=readAll(start, end, 4)))
            [query] = self.asked()
            self.assertEqual(query.start, None if start is None else at(start))
            self.assertEqual(query.end, None if end is None else at(end))
            self.world.requests.posted.clear()

    def test_twoOfThree(self) -> None:
        """Two of start, end and number are needed to know what is asked."""
        for start, end, most in ((None, None, 5), (3, None, 0), (None, 3, 0), (None, None, 0)):
            request = self.request(NUMBER, details=readAll(start, end, most))
            self.assertEqual(self.refused(request), ["BadHistoryOperationInvalid"])

    def test_bounded(self) -> None:
        """No page is longer than the limit, nor all of one answer together."""
        for nodes, wanted, most in ((1, 0, 10), (1, 99, 10), (3, 0, 4), (3, 2, 2), (50, 0, 1)):
            request = self.request(*[NUMBER] * nodes, details=readAll(most=wanted))
            self.client.send(request)
            self.assertEqual({query.most for query in self.asked()}, {most})
            self.world.requests.posted.clear()

    def test_userAndDeadline(self) -> None:
        """The question says who asks, and how long the client waits."""
        self.client.timeoutHint = 10_000
        self.client.send(self.request(NUMBER))
        [(request, _)] = self.world.requests.posted
        self.assertEqual((request.user, request.deadline), ("anonymous", 9.0))

    def test_refusals(self) -> None:
        """Each node that has no history says why, the others are answered all the same."""
        nodes = (nodeId("Toy/Nothing"), nodeId("Toy"), TEXT, ua.NodeId(2258), NUMBER)
        results = self.answered(self.request(*nodes), page(1))
        names = [each.StatusCode.name for each in results]
        unsupported = "BadHistoryOperationUnsupported"
        self.assertEqual(names, ["BadNodeIdUnknown", *[unsupported] * 3, "Good"])

    @shows("Historical Access Aggregates", "Historical Access Events", "Historical Access Update")
    def test_kinds(self) -> None:
        """Only raw values as they were told can be read."""
        for details in (
            readAll(IsReadModified=True),
            ua.ReadProcessedDetails(),
            ua.ReadAtTimeDetails(),
        ):
            request = self.request(NUMBER, details=details)
            self.assertEqual(self.refused(request), ["BadHistoryOperationUnsupported"])

    def test_role(self) -> None:
        """Who may not read a value may not read its past either."""
        observer = self.world.client("192.0.2.1")
        request = self.request(SECRET)
        names = [each.StatusCode.name for each in observer.ask(request).Results]
        self.assertEqual(names, ["BadUserAccessDenied"])
        self.client.send(request)
        self.assertEqual(len(self.asked()), 1)

    def test_partsAndEncodings(self) -> None:
        """Index ranges and other encodings are not offered."""
        self.assertEqual(
            self.refused(self.request(NUMBER, IndexRange="0")), ["BadIndexRangeNoData"]
        )
        xml = self.request(NUMBER, DataEncoding=ua.QualifiedName("Default XML"))
        self.assertEqual(self.refused(xml), ["BadDataEncodingUnsupported"])

    def test_wrongRequests(self) -> None:
        """A request that is wrong as a whole gets a fault."""
        for request, name in (
            (self.request(), "BadNothingToDo"),
            (self.request(*[NUMBER] * 1001), "BadTooManyOperations"),
            (self.request(NUMBER, stamps=3), "BadTimestampsToReturnInvalid"),
        ):
            fault = self.assertRaises(FaultReceived, self.client.ask, request)
            self.assertEqual(ua.StatusCode(fault.code).name, name)


class AnswerTests(HistoryCase):
    """What a client is told."""

    def test_values(self) -> None:
        """Each value has the time of its measurement and that of its receipt."""
        [result] = self.answered(self.request(NUMBER), page(1, 2))
        self.assertEqual((result.StatusCode.name, result.ContinuationPoint), ("Good", None))
        found = [
            (each.Value.Value, each.SourceTimestamp, each.ServerTimestamp)
            for each in result.HistoryData.DataValues
        ]
        naive = [moment.replace(tzinfo=None) for moment in (at(1), at(101), at(2), at(102))]
        self.assertEqual(found, [(1.0, *naive[:2]), (2.0, *naive[2:])])

    def test_timestamps(self) -> None:
        """The client gets the timestamps that it asked for, and no others."""
        for stamps, source, server in ((0, True, False), (1, False, True)):
            [result] = self.answered(self.request(NUMBER, stamps=stamps), page(1))
            [value] = result.HistoryData.DataValues
            self.assertEqual(value.SourceTimestamp is not None, source)
            self.assertEqual(value.ServerTimestamp is not None, server)

    def test_nothing(self) -> None:
        """Where there is nothing the answer says so, and has an empty list."""
        [result] = self.answered(self.request(NUMBER), page())
        self.assertEqual(result.StatusCode.name, "GoodNoData")
        self.assertEqual(result.HistoryData.DataValues, [])

    def test_nobodyWaits(self) -> None:
        """While the store looks the same session is served."""
        number = self.client.send(self.request(NUMBER))
        self.assertEqual(self.client.read(NUMBER).Value.Value, 1.5)
        self.world.requests.answer(HistoryAnswer((page(1),)))
        self.assertEqual(len(self.client.take(number).Results), 1)

    def test_storeFails(self) -> None:
        """A store that cannot answer shows as a StatusCode of each node that has a history."""
        for refusal, name in (
            (Refusal.storeFailed, "BadResourceUnavailable"),
            (Refusal.timedOut, "BadTimeout"),
            (Refusal.tooMany, "BadTooManyOperations"),
            (Refusal.stopping, "BadShutdown"),
            (Refusal.failed, "BadInternalError"),
        ):
            number = self.client.send(self.request(NUMBER, TEXT))
            self.world.requests.answer(Refused(refusal))
            names = [each.StatusCode.name for each in self.client.take(number).Results]
            self.assertEqual(names, [name, "BadHistoryOperationUnsupported"])

    def test_stop(self) -> None:
        """What waits when the server stops is answered."""
        number = self.client.send(self.request(NUMBER))
        self.world.core.awaiting.stop()
        [result] = self.client.take(number).Results
        self.assertEqual(result.StatusCode.name, "BadShutdown")


class ContinuationTests(HistoryCase):
    """A series that is longer than one page."""

    def begun(self) -> bytes:
        """The continuation point of a first page."""
        [result] = self.answered(self.request(NUMBER), page(1, 2, next=2))
        point = result.ContinuationPoint
        assert isinstance(point, bytes)
        return point

    def test_goesOn(self) -> None:
        """The next page is asked for behind the last value, whatever the details say now."""
        point = self.begun()
        request = self.request((NUMBER, point), details=readAll(None, None))
        number = self.client.send(request)
        [query] = self.asked()
        self.assertEqual((query.start, query.end, query.after), (at(0), at(9), Position(2, 1)))
        self.world.requests.answer(HistoryAnswer((page(3),)))
        [result] = self.client.take(number).Results
        self.assertEqual((result.StatusCode.name, result.ContinuationPoint), ("Good", None))

    def test_once(self) -> None:
        """A continuation point counts once, and for its own node and session only."""
        point = self.begun()
        self.answered(self.request((NUMBER, point)), page(3))
        for asked in ((NUMBER, point), (NUMBER, b"guess"), (SECRET, self.begun())):
            self.assertEqual(self.refused(self.request(asked)), ["BadContinuationPointInvalid"])
        other = self.world.client()
        [result] = other.ask(self.request((NUMBER, self.begun()))).Results
        self.assertEqual(result.StatusCode.name, "BadContinuationPointInvalid")

    def test_release(self) -> None:
        """A client that does not go on gives its continuation points back, and gets no data."""
        point = self.begun()
        request = self.request((NUMBER, point), (NUMBER, b"guess"), release=True)
        self.assertEqual(self.refused(request), ["Good", "BadContinuationPointInvalid"])
        self.assertEqual(
            self.refused(self.request((NUMBER, point))), ["BadContinuationPointInvalid"]
        )

    def test_limit(self) -> None:
        """A session has so many at most; who has used them up is told so."""
        points = [self.begun() for _ in range(LIMITS.historyContinuationPoints)]
        [result] = self.answered(self.request(NUMBER), page(1, next=1))
        self.assertEqual(result.StatusCode.name, "BadNoContinuationPoints")
        self.assertIsNone(result.HistoryData)
        self.client.ask(self.request((NUMBER, points[0]), release=True))
        self.begun()

    def test_roleIsAskedAgain(self) -> None:
        """A user who may not read any more gets no further page."""
        [result] = self.answered(self.request(NUMBER), page(1, next=1))
        number = self.world.space.find(NUMBER)
        number.accessLevel = 1
        names = self.refused(self.request((NUMBER, result.ContinuationPoint)))
        self.assertEqual(names, ["BadUserAccessDenied"])
