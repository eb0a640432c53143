"""Tests of downloads and imports: their content, their progress, and how they are cancelled."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.web.files.exports import CSV, Export, Flow, send
from ocppgw.web.files.idtags import MOST_ROWS
from ocppgw.web.live.works import Works
from tests.web.support import World


class Channel:
    """The connection of a `Reader`."""

    def __init__(self) -> None:
        self.isCut = False

    def forceAbortClient(self) -> None:
        self.isCut = True


class Reader:
    """A request whose reader can be slow, or go away."""

    def __init__(self) -> None:
        self.channel = Channel()
        self.text = b""
        self.headers: dict[str, str] = {}
        self.startedWriting = False
        self.isSlow = False
        self.flow: Flow | None = None
        self.finished: Deferred[None] = Deferred()

    def notifyFinish(self) -> Deferred[None]:
        return self.finished

    def registerProducer(self, producer: Flow, streaming: bool) -> None:
        self.flow = producer

    def unregisterProducer(self) -> None:
        self.flow = None

    def setHeader(self, name: str, value: str) -> None:
        self.headers[name] = value

    def write(self, data: bytes) -> None:
        self.startedWriting = True
        self.text += data
        if self.isSlow and self.flow is not None:
            self.flow.pauseProducing()


class SendTests(SynchronousTestCase):
    """An export on its way."""

    def setUp(self) -> None:
        self.works = Works(lambda: 0.0)
        self.reader = Reader()
        self.steps: list[Deferred[list[str]]] = [Deferred() for _ in range(3)]
        self.done: Any = Deferred.fromCoroutine(
            send(self.reader, Export("a.csv", CSV, "lines", self.pieces()), self.works, "erna")
        )
        [self.work] = self.works.of("erna")

    async def pieces(self) -> AsyncIterator[list[str]]:
        for step in self.steps:
            yield await step

    def test_whole(self) -> None:
        """It arrives as it is made, and one sees how much is done."""
        self.steps[0].callback(["a\r\n", "b\r\n"])
        self.assertEqual(self.reader.text, b"\xef\xbb\xbfa\r\nb\r\n")
        self.assertEqual((self.work.done, self.work.isRunning), (2, True))
        self.steps[1].callback(["c\r\n"])
        self.steps[2].callback(["d\r\n"])
        self.assertEqual(self.successResultOf(self.done), b"")
        self.assertTrue(self.reader.text.endswith(b"c\r\nd\r\n"))
        self.assertEqual((self.work.done, self.work.text), (4, "Complete."))
        self.assertFalse(self.reader.channel.isCut)
        self.assertIsNone(self.reader.flow)

    def test_slowReader(self) -> None:
        """It waits for a reader who takes no more."""
        self.reader.isSlow = True
        self.steps[0].callback(["a\r\n"])
        self.steps[1].callback(["b\r\n"])
        self.assertNotIn(b"b", self.reader.text)
        flow: Any = self.reader.flow
        flow.resumeProducing()
        self.assertIn(b"b", self.reader.text)

    def test_cancelled(self) -> None:
        """Cancelled, the connection is cut, so that half a file is not taken for a whole one."""
        self.steps[0].callback(["a\r\n"])
        self.works.stop("erna", self.work.number)
        self.steps[1].callback(["b\r\n"])
        self.successResultOf(self.done)
        self.assertTrue(self.reader.channel.isCut)
        self.assertNotIn(b"b", self.reader.text)
        self.assertEqual((self.work.text, self.work.isGood), ("Cancelled.", False))

    def test_gone(self) -> None:
        """A reader who goes away ends it."""
        self.steps[0].callback(["a\r\n"])
        self.reader.finished.callback(None)
        self.steps[1].callback(["b\r\n"])
        self.successResultOf(self.done)
        self.assertNotIn(b"b", self.reader.text)
        self.assertFalse(self.work.isRunning)

    def test_nobodyWaits(self) -> None:
        """A response that nobody waits for any more, as klein says it, is no fault of ours."""
        self.steps[0].callback(["a\r\n"])
        self.done.cancel()
        self.assertEqual(self.successResultOf(self.done), b"")
        self.assertEqual(self.work.text, "Broken off by the browser.")
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_failsAtOnce(self) -> None:
        """What fails before the first byte can still be told in a response."""
        self.steps[0].errback(ValueError("broken"))
        self.failureResultOf(self.done, ValueError)
        self.assertEqual((self.work.text, self.work.isGood), ("Failed: broken", False))
        self.assertFalse(self.reader.channel.isCut)

    def test_failsInTheMidst(self) -> None:
        """What fails later cuts the connection, and is logged."""
        self.steps[0].callback(["a\r\n"])
        self.steps[1].errback(ValueError("broken"))
        self.successResultOf(self.done)
        self.assertTrue(self.reader.channel.isCut)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)


class ImportTests(SynchronousTestCase):
    """A file of idTags, row by row, while the store takes a second for each."""

    def setUp(self) -> None:
        self.world = World(self, delay=1.0)
        self.browser = self.world.browser()
        self.browser.post("/idtags/import", self.browser.get("/idtags"), file="IdTag\nA\nB\nC\nD\n")

    def commits(self, count: int) -> None:
        """Let the store keep so many rows."""
        for _ in range(count):
            self.world.ring.advance(1)

    def words(self, path: str) -> str:
        return self.browser.get(path).words

    def test_progress(self) -> None:
        """The page comes at once; it shows how far the import is, and in the end what it did."""
        page = self.browser.get("/")
        self.assertIn('<progress value="0" max="4">', page.text)
        self.assertIn("Import of id tags 0 of 4 rows Cancel", page.words)
        self.commits(2)
        self.assertIn('<progress value="2" max="4">', self.browser.get("/").text)
        self.commits(2)
        words = self.words("/idtags")
        self.assertIn("Import of id tags: 4 of 4 id tags taken in. Put away", words)
        self.assertIn("4 in all", words)

    def test_cancelled(self) -> None:
        """Cancelled, it leaves what was taken in, and says what was left out."""
        self.commits(2)
        page = self.browser.get("/")
        self.browser.post("/works/stop", page, number="1", next="/idtags")
        self.assertIn("is being cancelled", self.words("/"))
        self.commits(5)
        words = self.words("/idtags")
        self.assertIn("3 of 4 id tags taken in. 1 rows were left out: it was cancelled.", words)
        self.assertIn("3 in all", words)
        page = self.browser.get("/")
        self.browser.post("/works/stop", page, number="1", next="/idtags")
        self.assertNotIn("taken in", self.words("/idtags"))

    def test_nextIsOurs(self) -> None:
        """Whoever cancels is sent to a page of ours, and nowhere else."""
        page = self.browser.get("/")
        answer = self.browser.post("/works/stop", page, number="1", next="//evil.example/")
        self.assertEqual(answer.headers["Location"], "/")

    def test_program(self) -> None:
        """A program sees it, too, and can cancel it."""
        program = self.world.browser()
        [work] = program.get("/api/v1/works").json["works"]
        self.assertEqual((work["total"], work["running"], work["result"]), (4, True, None))
        answer = program.ask("DELETE", f"/api/v1/works/{work['number']}")
        self.assertEqual(answer.status, 200, answer.text)
        self.commits(5)
        [work] = program.get("/api/v1/works").json["works"]
        self.assertIn("it was cancelled", work["result"])
        self.assertEqual(program.ask("DELETE", "/api/v1/works/77").status, 404)

    def test_storeFails(self) -> None:
        """A store that fails refuses each row, and says so."""
        self.world.ring.store.fail("disk full")
        self.commits(5)
        self.assertIn("refused: row", self.words("/idtags"))


class ProgramTests(SynchronousTestCase):
    """Files by the API."""

    def setUp(self) -> None:
        self.world = World(self)
        self.program = self.world.browser()

    def importing(self, text: str, **headers: str) -> Any:
        said = {"Content_Type": "text/csv", **headers}
        return self.program.ask("POST", "/api/v1/idtags.csv", text.encode(), **said)

    def test_roundTrip(self) -> None:
        """What the one operation gives, the other takes."""
        answer = self.importing("IdTag;Status;ExpiryDate\n=1+1;Blocked;2030-01-01\n'+A\n")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["taken"], 2)
        page = self.program.get("/api/v1/idtags.csv")
        self.assertEqual(page.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("'=1+1,Blocked,2030-01-01T00:00:00Z,", page.text)
        self.assertEqual(self.importing(page.text).json["taken"], 2)

    def test_refused(self) -> None:
        """Rows that are not taken in are told with the reason."""
        answer = self.importing("A\nB,Wrong\nC,Accepted,never\n").json
        self.assertEqual((answer["rows"], answer["taken"], answer["refused"]), (3, 1, 2))
        [wrong, never] = answer["refusedRows"]
        self.assertEqual((wrong["row"], wrong["idTag"]), (2, "B"))
        self.assertEqual(never["why"], "the expiry date cannot be read")

    def test_tooLong(self) -> None:
        """Of a file that is too long the rest is left out, and that is told."""
        rows = "\n".join(f"{number}" for number in range(MOST_ROWS + 5))
        answer = self.importing(rows).json
        self.assertEqual((answer["taken"], answer["left"]), (MOST_ROWS, 5))

    def test_noCsv(self) -> None:
        """What is no CSV is refused as a whole."""
        answer = self.importing('"' + "x" * 200_000)
        self.assertEqual(answer.status, 422)
        self.assertEqual(self.importing("A", Content_Type="text/html").status, 403)

    def test_frames(self) -> None:
        """Frames come one in each line."""
        self.world.chargePoint()
        page = self.program.get("/api/v1/chargepoints/CP1/frames.jsonl")
        lines = [json.loads(line) for line in page.text.splitlines()]
        self.assertIn("BootNotification", lines[0]["frame"])
        self.assertEqual(self.program.get("/api/v1/chargepoints/X/frames.jsonl").status, 404)

    def test_transactions(self) -> None:
        """Transactions come narrowed as in the list."""
        chargePoint = self.world.chargePoint()
        said = {
            "connectorId": 1,
            "idTag": "A",
            "meterStart": 1,
            "timestamp": "2026-05-04T12:00:00Z",
        }
        chargePoint.call("StartTransaction", said)
        whole = self.program.get("/api/v1/transactions.csv").text
        self.assertEqual(len(whole.splitlines()), 2)
        self.assertIn("CP1,1,1,A,Accepted,2026-05-04T12:00:00Z", whole)
        none = self.program.get("/api/v1/transactions.csv?end=2026-05-01T00:00:00Z").text
        self.assertEqual(len(none.splitlines()), 1)

    def test_storeFails(self) -> None:
        """While the store fails there is no file, and a problem that says why."""
        self.world.ring.store.fail("disk full")
        page = self.program.get("/api/v1/transactions.csv")
        self.assertEqual(page.status, 503)
        self.assertEqual(page.json["error"], "storeFailed")
