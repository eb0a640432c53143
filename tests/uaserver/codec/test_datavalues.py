"""DataValues and the structures that hold one, judged by the library's own functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from opcua.common.utils import Buffer
from opcua.ua import ua_binary
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver import library
from ocppgw.uaserver.codec.decoding import decode
from ocppgw.uaserver.codec.encoding import encode
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, goodDoubles
from tests.uaserver.codec.test_codec import nodeIds, texts, variants

KINDS = ua.VariantType
MOMENT = datetime(2026, 5, 4, 3, 2, 1, 120000, tzinfo=UTC)
LATER = MOMENT + timedelta(seconds=1)
STATUS = 0b10
"""The bit of the StatusCode in the first byte of a DataValue."""

# Of NodeIds with numbers the library has several encodings, and we the shortest.
namedNodeIds = nodeIds.filter(lambda nodeId: not isinstance(nodeId.Identifier, int))
values = variants.filter(lambda variant: variant.VariantType is not KINDS.NodeId) | st.builds(
    ua.Variant, namedNodeIds, st.just(KINDS.NodeId)
)
moments = st.none() | st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
good = st.just(ua.StatusCodes.Good)
notGood = st.sampled_from(
    (
        ua.StatusCodes.GoodClamped,
        ua.StatusCodes.UncertainLastUsableValue,
        ua.StatusCodes.BadNoCommunication,
        0x480,  # Good, but a queue has overflowed
    )
)


@st.composite
def dataValues(draw: st.DrawFn, codes: st.SearchStrategy[int]) -> Any:
    """Filled ones."""
    return ua.DataValue(
        draw(values),
        ua.StatusCode(draw(codes)),
        sourceTimestamp=draw(moments),
        serverTimestamp=draw(moments),
    )


@st.composite
def holders(draw: st.DrawFn, filled: st.SearchStrategy[Any]) -> Any:
    """The structures that end with a DataValue."""
    if draw(st.booleans()):
        notified = ua.MonitoredItemNotification()
        notified.ClientHandle = draw(st.integers(0, 2**32 - 1))
        notified.Value = draw(filled)
        return notified
    written = ua.WriteValue()
    written.NodeId, written.AttributeId = draw(namedNodeIds), draw(st.integers(1, 22))
    written.IndexRange, written.Value = draw(texts), draw(filled)
    return written


def bytesOfLibrary(value: Any) -> bytes:
    """What the library makes of it; masks that an earlier use left on it are removed."""
    for one in (value, value.Value):
        if isinstance(one, ua.DataValue):
            one.Encoding = 0
    return bytes(ua_binary.struct_to_binary(value))


def withoutStatus(value: Any) -> bytes:
    """The library's bytes of a DataValue less its StatusCode, found by the library's Variant."""
    data = bytesOfLibrary(value)
    end = 1 + len(ua_binary.variant_to_binary(value.Value))
    assert data[0] & STATUS and data[end : end + 4] == bytes(4)
    return bytes([data[0] & ~STATUS]) + data[1:end] + data[end + 4 :]


class DataValueBytes(SynchronousTestCase):
    """
    A DataValue has the library's bytes, less what it may leave out.

    A StatusCode that is left out means Good (OPC 10000-6, 5.2.2.17), and the library reads it so.
    """

    def assertSame(self, name: str, ours: bytes, theirs: bytes) -> None:
        """The library decodes both to the same thing, to the last byte, and so do we."""
        for data in (ours, theirs):
            buffer, reader = Buffer(data), Reader(data)
            value = ua_binary.struct_from_binary(getattr(ua, name), buffer)
            self.assertEqual((bytesOfLibrary(value), len(buffer)), (theirs, 0))
            self.assertEqual(encode(decode(name, reader)), ours)
            self.assertEqual(reader.position, reader.end)

    @given(dataValues(notGood))
    def test_notGood(self, value: Any) -> None:
        """With a status that is not Good, they are the same."""
        theirs = bytesOfLibrary(value)
        self.assertEqual(encode(value), theirs)
        self.assertSame("DataValue", theirs, theirs)

    @given(dataValues(good))
    def test_good(self, value: Any) -> None:
        """With Good, the four bytes of the StatusCode and its bit are not there."""
        self.assertEqual(encode(value), withoutStatus(value))
        self.assertSame("DataValue", withoutStatus(value), bytesOfLibrary(value))

    @given(holders(dataValues(notGood)))
    def test_heldNotGood(self, held: Any) -> None:
        """The same in a notification and in a Write."""
        theirs = bytesOfLibrary(held)
        self.assertEqual(encode(held), theirs)
        self.assertSame(type(held).__name__, theirs, theirs)

    @given(holders(dataValues(good)))
    def test_heldGood(self, held: Any) -> None:
        """The same in a notification and in a Write."""
        theirs = bytesOfLibrary(held)
        before = theirs.removesuffix(bytesOfLibrary(held.Value))
        self.assertLess(len(before), len(theirs))
        self.assertEqual(encode(held), before + withoutStatus(held.Value))
        self.assertSame(type(held).__name__, encode(held), theirs)

    def test_none(self) -> None:
        """Of a DataValue without a value there is nothing but what it has."""
        for code, ours in (
            (ua.StatusCodes.Good, b"\0"),
            (ua.StatusCodes.BadNoCommunication, b"\x02\0\0\x31\x80"),
        ):
            value = ua.DataValue(ua.Variant(None), ua.StatusCode(code))
            self.assertEqual(encode(value), ours)
            self.assertSame("DataValue", ours, bytesOfLibrary(value))

    @given(st.floats(width=64, allow_nan=False))
    def test_goodDouble(self, number: float) -> None:
        """What is made once and sent many times has the same bytes."""
        value = ua.DataValue(
            ua.Variant(number, KINDS.Double),
            ua.StatusCode(),
            sourceTimestamp=MOMENT,
            serverTimestamp=LATER,
        )
        wanted = withoutStatus(value)
        shared = SharedValue(value.Value, library.status(0), MOMENT, LATER)
        for each in (GoodDouble(number, MOMENT, LATER), *goodDoubles([number], MOMENT, LATER)):
            self.assertEqual(each.encoded(2), wanted)
        self.assertEqual(shared.encoded(2), wanted)
