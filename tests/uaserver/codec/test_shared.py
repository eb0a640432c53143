"""Tests of what is encoded or decoded once and used many times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver import library
from ocppgw.uaserver.codec.decoding import decode
from ocppgw.uaserver.codec.encoding import BOTH, NEITHER, SERVER, SOURCE, dataValue, encode
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.codec.readvalueids import KEPT, LONGEST, ReadValueIds
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue

KINDS = ua.VariantType
MOMENT = datetime(2026, 5, 4, 3, 2, 1, 120000, tzinfo=UTC)


class SharedTests(TestCase):
    """DataValues that are encoded once, and ReadValueIds that are decoded once."""

    def test_sharedValue(self) -> None:
        """It has the bytes of a DataValue encoded anew, for all timestamps, in any order."""
        later = MOMENT + timedelta(seconds=1)
        for content, kind in (
            (5, KINDS.Int32), (5.5, KINDS.Double), (5, KINDS.Double), (5.5, KINDS.Float),
            (float("nan"), KINDS.Double), ("5", KINDS.String), ("", KINDS.String),
            ("\xe9\ud800", KINDS.String), (None, KINDS.String), (b"5", KINDS.ByteString),
            (True, KINDS.Boolean), (-5, KINDS.Int32), (2**32 - 1, KINDS.UInt32), (5, KINDS.Int64),
            (MOMENT, KINDS.DateTime), (datetime.min.replace(tzinfo=UTC), KINDS.DateTime),
            (None, KINDS.DateTime), (None, KINDS.Null),
        ):  # fmt: skip
            for code in (0, 0x408F0000):
                parts = (ua.Variant(content, kind), library.status(code), MOMENT, later)
                shared = SharedValue(*parts)
                for stamps in (BOTH, BOTH, SOURCE, NEITHER, SERVER, BOTH):
                    out = bytearray()
                    same = ua.DataValue(parts[0], parts[1])
                    same.SourceTimestamp, same.ServerTimestamp = parts[2:]
                    dataValue(out, same, stamps)
                    self.assertEqual(shared.encoded(stamps), bytes(out), (content, kind, code))

    def test_goodDouble(self) -> None:
        """It has the bytes of a DataValue encoded anew, and the attributes of the library's."""
        later = MOMENT + timedelta(seconds=1)
        for number in (5.5, -0.0, float("nan"), float("inf")):
            shared = GoodDouble(number, MOMENT, later)
            same = ua.DataValue(ua.Variant(number, KINDS.Double), library.status(0))
            same.SourceTimestamp, same.ServerTimestamp = MOMENT, later
            self.assertEqual(str(shared.Value.Value), str(number))
            self.assertEqual((shared.Value.VariantType, shared.StatusCode.value), (KINDS.Double, 0))
            for stamps in (BOTH, BOTH, SOURCE, NEITHER, SERVER, BOTH):
                out = bytearray()
                dataValue(out, same, stamps)
                self.assertEqual(shared.encoded(stamps), bytes(out), (number, stamps))

    def readValueId(self, text: str, **more: Any) -> bytes:
        asked = ua.ReadValueId()
        asked.NodeId, asked.AttributeId = ua.NodeId(text, 2), 13
        for name, value in more.items():
            setattr(asked, name, value)
        return encode(asked)

    def test_readValueIds(self) -> None:
        """The same bytes give the same object; whatever differs gives what it says."""
        plain = self.readValueId("CP1/Status")
        first, second = (decode("ReadValueId", Reader(plain)) for _ in range(2))
        self.assertIs(first, second)
        self.assertEqual((first.NodeId, first.AttributeId), (ua.NodeId("CP1/Status", 2), 13))
        for name, value in (("AttributeId", 4), ("IndexRange", "1")):
            other = decode("ReadValueId", Reader(self.readValueId("CP1/Status", **{name: value})))
            self.assertEqual(getattr(other, name), value)
        two = decode("ListOfReadValueId", Reader(b"\x02\0\0\0" + plain + plain))
        self.assertEqual([each.NodeId.Identifier for each in two], ["CP1/Status"] * 2)

    def test_readValueIdsAreBounded(self) -> None:
        """A client that invents names makes nothing grow, and gets them decoded all the same."""
        decoded: list[Any] = []
        data = [self.readValueId(f"{number:05}") for number in range(KEPT + 2)]

        def inner(reader: Reader) -> Any:
            decoded.append(reader.position)
            reader.position = reader.end
            return len(decoded)

        kept = ReadValueIds(inner)
        found = [kept.decode(Reader(each)) for each in data]
        self.assertEqual(found, list(range(1, KEPT + 3)))
        self.assertEqual(kept.decode(Reader(data[-1])), KEPT + 2)
        self.assertEqual(kept.decode(Reader(data[0])), KEPT + 3)
        long = self.readValueId("x" * (LONGEST + 1))
        self.assertNotEqual(kept.decode(Reader(long)), kept.decode(Reader(long)))

    def test_listsOfReadValueIds(self) -> None:
        """In a list each is what it is alone, known or new, plain or not."""
        names = ("CP1/Status", "CP1/List/New", "CP1/Status", "", "x" * (LONGEST + 1))
        alone = [self.readValueId(name) for name in names]
        alone[1:1] = [self.readValueId("CP1/Status", AttributeId=4)]
        alone.append(encode(ua.ReadValueId()))
        data = b"".join((len(alone).to_bytes(4, "little"), *alone))
        reader = Reader(data)
        found = decode("ListOfReadValueId", reader)
        self.assertEqual([encode(each) for each in found], alone)
        self.assertEqual(reader.position, len(data))
        for size in range(len(data)):
            self.assertRaises(Fault, decode, "ListOfReadValueId", Reader(data[:size]))
        self.assertEqual(decode("ListOfReadValueId", Reader(b"\xff\xff\xff\xff")), [])

    def test_readValueIdCutShort(self) -> None:
        """However early the bytes end, also behind a NodeId that is known, it is refused."""
        plain = self.readValueId("CP1/Short")
        decode("ReadValueId", Reader(plain))
        for size in range(len(plain)):
            self.assertRaises(Fault, decode, "ReadValueId", Reader(plain[:size]))
