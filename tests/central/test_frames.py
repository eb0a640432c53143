"""Tests of the recorder of frames."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ocppgw.central.watching import frames
from ocppgw.central.watching.frames import Frames
from ocppgw.interfaces import IFrames
from tests.central.support import Ring

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def valuesIn(value: Any) -> int:
    """How many values there are in one, itself too."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + (sum(map(valuesIn, value)) if isinstance(value, list) else 0)


class FramesTests(SynchronousTestCase):
    """What is kept."""

    def setUp(self) -> None:
        self.frames = Frames()
        self.patch(frames, "STEP", 0)

    def note(self, nodeName: str, isOurs: bool, payload: bytes) -> None:
        self.frames.note(nodeName, isOurs, payload, NOW)

    def texts(self, nodeName: str = "CP1") -> list[str]:
        return [one.text for one in self.frames.latest(nodeName)]

    def kept(self, payload: Any) -> str:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.note("CP1", True, data)
        return self.texts()[-1]

    def test_interface(self) -> None:
        """It is what the console asks."""
        self.assertTrue(verifyObject(IFrames, self.frames))

    def test_asItPassed(self) -> None:
        """A frame is kept as it passed, with its direction, broken ones too."""
        for payload in (b'[2,"1","Heartbeat",{ }]', b"not json", b'[2,"1'):
            self.assertEqual(self.kept(payload), payload.decode())
        self.assertEqual(self.kept(b"\xff"), "\N{REPLACEMENT CHARACTER}")

    def exemplified(self, token: bytes | None, kind: str = "S7") -> str:
        self.frames.exemplify("CP1", (kind,), token)
        found = self.frames.example("CP1", kind)
        return found.text if found is not None else ""

    def test_example(self) -> None:
        """Of each kind of deviation the last message that showed it is kept, by its id."""
        for number in range(3):
            self.note("CP1", False, b'[2,"%d","A",{}]' % number)
            self.note("CP1", True, b'[3,"%d",{}]' % number)
        self.assertEqual(self.exemplified(b'"1"'), '[2,"1","A",{}]')
        self.assertEqual(self.exemplified(b"", "S8"), '[2,"2","A",{}]')
        self.assertEqual(self.exemplified(b'"1"', "S8"), '[2,"1","A",{}]')
        self.assertIsNone(self.frames.example("CP2", "S7"))

    def test_exampleIsTheMessage(self) -> None:
        """Not another message that has the same characters somewhere, nor an answer to us."""
        self.note("CP1", False, b'\n[ 2 , "1" ,"A",{}]')
        self.note("CP1", False, b'[2,5,"B",{}]')
        self.note("CP1", False, b'[2,"2","A",{"connectorId":15,"info":"1"}]')
        self.note("CP1", False, b'[2,55,"A",[2,"1"]]')
        self.note("CP1", False, b'[3,"1",{}]')
        self.assertEqual(self.exemplified(b'"1"'), '\n[ 2 , "1" ,"A",{}]')
        self.assertEqual(self.exemplified(b"5"), '[2,5,"B",{}]')
        self.assertEqual(self.exemplified(b'"5"'), "")

    def test_exampleBehindAnother(self) -> None:
        """A message that came in one text with others is found in it."""
        self.note("CP1", False, b'[2,"1","A",{}] [2,"2","B",{}]')
        self.note("CP1", False, b'[2,"3","A",{"info":"2"}]')
        self.assertEqual(self.exemplified(b'"2"'), '[2,"1","A",{}] [2,"2","B",{}]')

    def test_exampleLasts(self) -> None:
        """It is kept when later messages pushed it out of the last ones; secrets are masked."""
        self.note("CP1", False, b'[2,"1","A",{"password":"hunter2"}]')
        first = self.exemplified(b"")
        for number in range(frames.EACH):
            self.note("CP1", False, b"%d" % number)
        found = self.frames.example("CP1", "S7")
        assert found is not None
        self.assertEqual(found.text, first)
        self.assertIn("***", first)
        self.assertNotIn("hunter2", first)

    def test_exampleOfNothing(self) -> None:
        """Where no message showed it the last time, none that showed it earlier is told."""
        self.note("CP1", False, b"a")
        self.assertEqual(self.exemplified(b""), "a")
        self.assertEqual(self.exemplified(None), "")
        self.assertEqual(self.exemplified(b"gone"), "")

    def test_examplesBounded(self) -> None:
        """All examples together are bounded: the one that was shown longest ago goes."""
        self.patch(frames, "EXAMPLES", 25)
        self.note("CP1", False, b"0123456789")
        for kind in ("S1", "S2", "S1", "S3"):
            self.exemplified(b"", kind)
        kept = [kind for kind in ("S1", "S2", "S3") if self.frames.example("CP1", kind)]
        self.assertEqual(kept, ["S1", "S3"])

    def test_order(self) -> None:
        """The oldest comes first; those of another charge point are not among them."""
        self.note("CP1", False, b"a")
        self.note("CP2", False, b"b")
        self.note("CP1", True, b"c")
        self.assertEqual(self.texts(), ["a", "c"])
        numbers = [one.number for one in self.frames.latest("CP1")]
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_tooLongToSearch(self) -> None:
        """A very long frame that could hold a secret is not searched: none of it is kept."""
        kept = self.kept([2, "1", "X", {"token": "hush", "x": "y" * frames.MASKED}])
        self.assertNotIn("hush", kept)
        self.assertIn("withheld", kept)

    def test_secrets(self) -> None:
        """No secret is kept: not of a key, not in a key, not in a text that holds one."""
        for payload in (
            [2, "1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "s3cr-et"}],
            [3, "1", {"configurationKey": [{"key": "authorizationkey", "value": "s3cr-et"}]}],
            [2, "1", "DataTransfer", {"vendorId": "x", "data": '{"password": "s3cr-et"}'}],
            [2, "1", "X", {"wifiPassword": "s3cr-et"}],
        ):
            kept = self.kept(payload)
            self.assertNotIn("s3cr-et", kept)
            self.assertIn("***", kept)
        self.assertNotIn("s3cr-et", self.kept(b'[2,"1","X",{"password":"s3cr-et"'))

    def test_secretsOfAnyLength(self) -> None:
        """Whether a frame is masked as it passes or when it is looked at makes no difference."""
        for size in (1, frames.USUAL - 100, frames.USUAL, frames.LONGEST):
            data = json.dumps({"password": "s3cr-et", "x": "y" * size}).encode()
            kept = self.kept([2, "1", "DataTransfer", {"data": data.decode()}])
            self.assertNotIn("s3cr-et", kept)
            self.assertIn("***", kept)
            self.assertNotIn("s3cr-et", self.exemplified(b""))

    def test_boundedAsItPassed(self) -> None:
        """What waits to be masked counts by its bytes, and makes room when it goes."""
        self.patch(frames, "ALL", 2 * (frames.FRAME + frames.USUAL))
        for name in ("A", "B", "C"):
            self.frames.note(name, False, b"\xc3\xa4" * (frames.USUAL // 2), NOW)
        self.assertEqual([len(self.texts(name)) for name in ("A", "B", "C")], [0, 1, 1])

    def test_maskedOnce(self) -> None:
        """Who looks again gets what was masked already, and all that came since."""
        for number in range(3):
            self.note("CP1", False, b'[2,"%d","X",{"token":"hush"}]' % number)
        first = self.frames.latest("CP1")
        self.note("CP1", False, b'[2,"3","X",{}]')
        again = self.frames.latest("CP1")
        self.assertEqual(len(again), 4)
        for one, same in zip(first, again, strict=False):
            self.assertIs(one, same)

    def test_since(self) -> None:
        """Of a time there is what passed from then on, and nothing before it is masked for that."""
        masked = self.masked()
        for second in range(4):
            at = NOW + timedelta(seconds=second)
            self.frames.note("CP1", False, b'[2,"%d","token",{}]' % second, at)
        found = self.frames.latest("CP1", NOW + timedelta(seconds=2))
        self.assertEqual([json.loads(one.text)[1] for one in found], ["2", "3"])
        self.assertEqual(len(masked), 2)
        self.assertEqual(len(self.texts()), 4)

    def masked(self) -> list[bytes]:
        """What is masked from now on."""
        found: list[bytes] = []
        mask = frames._masked

        def maskedNow(payload: bytes) -> str:
            found.append(payload)
            return mask(payload)

        self.patch(frames, "_masked", maskedNow)
        return found

    def test_littleToMask(self) -> None:
        """Whatever frames are made of, those that are left until somebody looks have few values."""
        masked = self.masked()
        for item in ("1", '""', '"!"', "[]", "[[]]", "[" * 50 + "]" * 50, "{}", '{"":1}'):
            for count in (10, 50, 100, 300, 900):
                text = f'[2,"1","token",[{",".join([item] * count)}]]'
                before = len(masked)
                self.note("CP1", False, text.encode())
                passed = len(masked)
                self.texts()
                self.assertEqual(len(masked), before + 1)
                if passed == before:
                    few = max(frames.VALUES, frames.SHORT // 2)
                    self.assertLessEqual(valuesIn(json.loads(text)), few + 1, text)

    def test_knownToHaveLittle(self) -> None:
        """What is known to have few values is left until somebody looks, uncounted."""
        masked = self.masked()
        text = f'[2,"1","token",[{",".join("1" * (frames.VALUES + 1))}]]'.ljust(frames.SHORT + 1)
        for isUsual, count in ((True, 0), (False, 1)):
            self.frames.note("CP1", False, text.encode(), NOW, isUsual)
            self.assertEqual(len(masked), count)
        self.frames.note("CP1", False, text.ljust(frames.USUAL + 1).encode(), NOW, True)
        self.assertEqual(len(masked), 2)

    def test_roomOfMasked(self) -> None:
        """What was masked counts as it is kept: shorter ones make room, longer ones take it."""
        self.patch(frames, "ALL", 300 + 3 * frames.FRAME)
        self.note("A", False, b'[2,"1","X",{"password":"%s"}]' % (b"x" * 150))
        self.assertEqual(len(self.texts("A")), 1)
        self.note("B", False, b"y" * 200)
        self.assertEqual((len(self.texts("A")), len(self.texts("B"))), (1, 1))
        self.note("C", False, b'["token",1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]')
        self.assertEqual((len(self.texts("A")), len(self.texts("B"))), (1, 1))
        self.assertEqual(len(self.texts("C")), 1)
        self.assertEqual((len(self.texts("A")), len(self.texts("B"))), (1, 0))

    def test_namesOfSecrets(self) -> None:
        """That a key is asked for, or unknown, is no secret."""
        asked = [2, "1", "GetConfiguration", {"key": ["AuthorizationKey"]}]
        self.assertEqual(json.loads(self.kept(asked)), asked)

    @given(JSON)
    def test_others(self, payload: Any) -> None:
        """Whatever names no secret is kept unchanged."""
        self.assertEqual(json.loads(self.kept(payload)), payload)

    def test_bounded(self) -> None:
        """Not more than so many of one charge point, and not more than so much of each."""
        for number in range(frames.EACH + 5):
            self.note("CP1", False, b"%d" % number)
        self.assertEqual(len(self.texts()), frames.EACH)
        self.assertEqual(self.texts()[-1], str(frames.EACH + 4))
        self.assertEqual(len(self.kept(b"x" * 1_000_000)), frames.LONGEST)
        self.assertEqual(self.frames.latest("CP1")[-1].length, 1_000_000)

    def room(self, count: int) -> int:
        """What so many frames of four bytes take."""
        return count * (frames.FRAME + 4)

    def test_boundedTogether(self) -> None:
        """Where there is too much, who has more than a share makes room; the silent keep theirs."""
        self.patch(frames, "ALL", self.room(10))
        for number in range(20):
            self.note("silent" if number in (0, 1) else "A", False, b"%04d" % number)
        self.assertEqual(self.texts("silent"), ["0000", "0001"])
        self.assertEqual(self.texts("A"), [f"{number:04}" for number in range(12, 20)])

    def test_boundedForNewcomers(self) -> None:
        """Who comes later gets a share as well, from those who have more, oldest frames first."""
        self.patch(frames, "ALL", self.room(10))
        for name in ("A", "B"):
            for number in range(5):
                self.note(name, False, b"%04d" % number)
        for number in range(3):
            self.note("C", False, b"%04d" % number)
        lasting = {name: self.texts(name) for name in ("A", "B", "C")}
        self.assertEqual(lasting["C"], ["0000", "0001", "0002"])
        self.assertEqual(sorted(map(len, (lasting["A"], lasting["B"]))), [3, 4])
        self.assertEqual({texts[-1] for texts in (lasting["A"], lasting["B"])}, {"0004"})

    def test_boundedInSteps(self) -> None:
        """Where there is too much, room is made for some more, so that it is not made each time."""
        self.patch(frames, "ALL", self.room(10))
        self.patch(frames, "STEP", self.room(3))
        for number in range(10):
            self.note("A", False, b"%04d" % number)
        self.assertEqual(len(self.texts("A")), 10)
        self.note("A", False, b"0010")
        self.assertEqual(self.texts("A"), [f"{number:04}" for number in range(4, 11)])
        for number in range(11, 14):
            self.note("A", False, b"%04d" % number)
        self.assertEqual(self.texts("A"), [f"{number:04}" for number in range(4, 14)])

    def test_boundedEmpty(self) -> None:
        """Frames without a byte take room as well, and no more of them go than have to."""
        self.patch(frames, "ALL", 100 * frames.FRAME)
        for _ in range(100):
            self.note("A", False, b"")
        self.note("B", False, b"")
        self.assertEqual((len(self.texts("A")), len(self.texts("B"))), (99, 1))

    def test_newestStays(self) -> None:
        """The newest frame is there, also where it is longer than a share of all there is."""
        self.patch(frames, "ALL", self.room(20))
        for number in range(20):
            self.note(f"CP{number}", False, b"1234")
        self.note("A", False, b"x" * 200)
        self.assertEqual(self.texts("A"), ["x" * 200])
        self.frames.exemplify("A", ["C3"], b"")
        self.assertIsNotNone(self.frames.example("A", "C3"))
        self.assertEqual(sum(len(self.texts(f"CP{number}")) for number in range(20)), 16)

    @given(
        st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 300), st.integers(0, 9))),
        st.sampled_from((0, 150)),
    )
    def test_boundedAlways(self, steps: list[tuple[str, int, int]], step: int) -> None:
        """Whatever comes, is looked at or is removed: no more of all together, but the newest."""
        recorder = frames.Frames()
        with mock.patch.multiple(frames, ALL=1000, STEP=step):
            for name, size, happening in steps:
                recorder.note(name, False, b"x" * size, NOW)
                kept = {each: own.frames for each, own in recorder._kept.items()}
                sizes = {each: sum(map(frames._sizeOf, kept[each])) for each in kept}
                self.assertEqual(recorder._size, sum(sizes.values()))
                self.assertEqual({e: own.size for e, own in recorder._kept.items()}, sizes)
                self.assertEqual(kept[name][-1].number, recorder._number)
                newest = frames._sizeOf(kept[name][-1])
                self.assertLessEqual(recorder._size, max(1000, 1000 // len(kept) * 3 + newest))
                if happening == 0:
                    recorder.forget(name)
                    self.assertEqual(recorder.latest(name), ())
                elif happening == 1:
                    recorder.latest(name)

    def test_forgotten(self) -> None:
        """Of a charge point that was removed nothing is kept, and its room is free again."""
        self.patch(frames, "ALL", 10)
        self.note("A", False, b"12345678")
        self.frames.forget("A")
        self.assertEqual(self.texts("A"), [])
        self.note("B", False, b"12345678")
        self.assertEqual(self.texts("B"), ["12345678"])
        self.frames.forget("nobody")


class RingTests(SynchronousTestCase):
    """Frames of a whole Central System."""

    def test_bothWays(self) -> None:
        """What a charge point sends and what it is sent are recorded."""
        ring = Ring(self)
        chargePoint = ring.connect()
        chargePoint.call("Heartbeat")
        sent, answered = ring.central.frames.latest("CP1")
        self.assertEqual((sent.isOurs, answered.isOurs), (False, True))
        self.assertIn("Heartbeat", sent.text)
        self.assertIn("currentTime", answered.text)

    def test_examples(self) -> None:
        """
        What is odd in a message, or in how it is framed, or found while its Call waited behind
        another, is shown by that message and no other.
        """
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.boot()
        ring.advance(3)
        said = {
            "connectorId": 1,
            "idTag": "A",
            "meterStart": 0,
            "timestamp": "2026-05-04T12:00:00Z",
        }
        chargePoint.call("StartTransaction", said, "slow")
        status = {"connectorId": "1", "status": "Available", "errorCode": "NoError"}
        chargePoint.call("StatusNotification", status, "odd")
        chargePoint.call("Heartbeat", None, "after")
        ring.advance(2)
        chargePoint.text('[2,"broken","Heartbeat",{}')
        found = {
            kind: ring.central.frames.example("CP1", kind)
            for kind in ring.record().deviations.byKind
        }
        texts = {kind: one.text for kind, one in found.items() if one is not None}
        self.assertEqual(json.loads(texts["S12"])[1], "odd")
        self.assertIn('[2,"broken","Heartbeat",{}', texts.values())

    def test_noMessage(self) -> None:
        """What a handshake did is shown by no message."""
        ring = Ring(self)
        ring.connect(offer=None).call("Heartbeat")
        self.assertIn("C1", ring.record().deviations.byKind)
        self.assertIsNone(ring.central.frames.example("CP1", "C1"))
