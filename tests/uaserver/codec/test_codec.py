"""Tests of encoding and decoding, judged by the library's own functions."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, strategies as st
from opcua import ua
from opcua.common.utils import Buffer
from opcua.ua import ua_binary
from twisted.trial.unittest import TestCase

from ocppgw.uaserver import library
from ocppgw.uaserver.codec.decoding import decode, decodeInSteps
from ocppgw.uaserver.codec.encoding import (
    BOTH,
    NEITHER,
    SERVER,
    SOURCE,
    Encoded,
    dataValue,
    encode,
    encoderOf,
    ticks,
)
from ocppgw.uaserver.codec.errors import Fault, Undecodable
from ocppgw.uaserver.codec.reader import MAX_ELEMENTS, MAX_LENGTH, Reader

KINDS = ua.VariantType
MOMENT = datetime(2026, 5, 4, 3, 2, 1, 120000, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
nodeIds = st.one_of(
    st.builds(ua.NodeId, st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1)),
    st.builds(ua.NodeId, texts, st.integers(0, 2**16 - 1)),
    st.builds(ua.NodeId, st.binary(min_size=1, max_size=20), st.integers(0, 9)),
    st.builds(ua.NodeId, st.uuids(), st.integers(0, 9)),
)
variants = st.one_of(
    st.builds(ua.Variant, st.booleans(), st.just(KINDS.Boolean)),
    st.builds(ua.Variant, st.integers(-(2**31), 2**31 - 1), st.just(KINDS.Int32)),
    st.builds(ua.Variant, st.integers(0, 2**64 - 1), st.just(KINDS.UInt64)),
    st.builds(ua.Variant, st.floats(allow_nan=False), st.just(KINDS.Double)),
    st.builds(ua.Variant, texts, st.just(KINDS.String)),
    st.builds(ua.Variant, st.binary(max_size=9), st.just(KINDS.ByteString)),
    st.builds(ua.Variant, st.lists(texts, min_size=1, max_size=4), st.just(KINDS.String)),
    st.builds(
        ua.Variant, st.lists(st.integers(0, 255), min_size=1, max_size=4), st.just(KINDS.Byte)
    ),
    st.builds(ua.Variant, nodeIds, st.just(KINDS.NodeId)),
)


def byLibrary(name: str, data: bytes) -> Any:
    """Decode by the library."""
    return ua_binary.from_binary(name, Buffer(data))


def encoded(name: str, value: Any) -> bytes:
    """Encode by our encoder."""
    out = bytearray()
    encoderOf(name)(out, value)
    return bytes(out)


class AgreementTests(TestCase):
    """What we encode the library decodes, and the other way round."""

    @given(nodeIds)
    def test_nodeIds(self, nodeId: Any) -> None:
        """A NodeId of every kind survives in both directions."""
        self.assertEqual(byLibrary("NodeId", encoded("NodeId", nodeId)), nodeId)
        self.assertEqual(decode("NodeId", Reader(ua_binary.nodeid_to_binary(nodeId))), nodeId)

    @given(variants)
    def test_variants(self, variant: Any) -> None:
        """A Variant survives in both directions, with its type."""
        self.assertEqual(byLibrary("Variant", encoded("Variant", variant)), variant)
        self.assertEqual(decode("Variant", Reader(ua_binary.variant_to_binary(variant))), variant)

    def test_matrix(self) -> None:
        """An array of two dimensions keeps its shape."""
        variant = ua.Variant([[1, 2, 3], [4, 5, 6]], KINDS.Int32)
        found = decode("Variant", Reader(encoded("Variant", variant)))
        self.assertEqual(found.Value, [[1, 2, 3], [4, 5, 6]])

    def test_everyStructure(self) -> None:
        """Each structure of the library, freshly made, is decoded to its last byte by either."""
        tried = 0
        for name in sorted(dir(ua)):
            cls = library.structure(name)
            value = fresh(cls) if cls is not None else None
            if value is None:
                continue
            tried += 1
            theirs, ours = ua_binary.struct_to_binary(value), encode(value)
            for data in (theirs, ours):
                reader = Reader(data)
                decode(name, reader)
                self.assertEqual(reader.position, reader.end, name)
            buffer = Buffer(ours)
            ua_binary.struct_from_binary(cls, buffer)
            self.assertEqual(len(buffer), 0, name)
        self.assertGreater(tried, 300)

    def test_everyStructureHasTheSameBytes(self) -> None:
        """
        What we encode and what we decoded have the bytes that the library makes.

        So it is for those freshly made and for those with something in their texts and lists. Only
        a DataValue of ours is shorter: it leaves a StatusCode that is Good out, and a Variant that
        is null. `test_datavalues` has those; here each has a value, and none is Good.
        """
        tried = 0
        for name in sorted(dir(ua)):
            cls = library.structure(name)
            for value in made(cls) if cls is not None else ():
                tried += 1
                theirs = ua_binary.struct_to_binary(value)
                self.assertEqual(encode(value), theirs, name)
                decoded = decode(name, Reader(theirs))
                if library.structure(type(decoded).__name__) is cls:
                    self.assertEqual(encode(decoded), theirs, name)
                    _, inSteps = walked(decodeInSteps(name, Reader(theirs)))
                    self.assertEqual(encode(inSteps), theirs, name)
        self.assertGreater(tried, 600)

    def test_steps(self) -> None:
        """A request is decoded in as many steps as it has operations, each as at once."""
        request = ua.CreateMonitoredItemsRequest()
        for number in range(5):
            item = ua.MonitoredItemCreateRequest()
            item.ItemToMonitor.NodeId = ua.NodeId(f"CP{number}", 2)
            item.RequestedParameters.Filter = None
            request.Parameters.ItemsToCreate.append(item)
        data = encode(request.Parameters)
        steps, found = walked(decodeInSteps("CreateMonitoredItemsParameters", Reader(data)))
        self.assertEqual((steps, encode(found)), (5, data))
        cut = Reader(data[:-1])
        self.assertRaises(Undecodable, walked, decodeInSteps("CreateMonitoredItemsParameters", cut))

    @given(st.datetimes(datetime(1700, 1, 1), datetime(9000, 1, 1)))  # noqa: DTZ001
    def test_dateTimes(self, naive: datetime) -> None:
        """A DateTime comes back to the microsecond, aware."""
        aware = naive.replace(tzinfo=UTC)
        self.assertEqual(ticks(aware), ticks(naive))
        self.assertEqual(decode("DateTime", Reader(encoded("DateTime", aware))), aware)

    def test_dateTimesBeyondTheCalendar(self) -> None:
        """What Python has no date for becomes the nearest that it has."""
        self.assertEqual(decode("DateTime", Reader(b"\xff" * 7 + b"\x7f")).year, 9999)
        self.assertEqual(decode("DateTime", Reader(b"\x00" * 7 + b"\x80")).year, 1601)
        self.assertEqual(ticks(None), 0)

    def test_guid(self) -> None:
        """A Guid has the byte order that the specification shows."""
        guid = UUID("72962b91-fa75-4ae6-8d28-b404dc7daf63")
        data = encoded("Guid", guid)
        self.assertEqual(data[:4], bytes([0x91, 0x2B, 0x96, 0x72]))
        self.assertEqual(decode("Guid", Reader(data)), guid)


class DataValueTests(TestCase):
    """The encoding of DataValues."""

    def value(self, code: int = 0) -> Any:
        return ua.DataValue(
            ua.Variant(5, KINDS.Int32),
            library.status(code),
            sourceTimestamp=MOMENT,
            serverTimestamp=MOMENT + timedelta(seconds=1),
        )

    def test_timestampsToReturn(self) -> None:
        """Only the timestamps asked for are sent."""
        for stamps, source, server in (
            (SOURCE, True, False), (SERVER, False, True), (BOTH, True, True),
            (NEITHER, False, False),
        ):  # fmt: skip
            out = bytearray()
            dataValue(out, self.value(), stamps)
            found = byLibrary("DataValue", bytes(out))
            self.assertEqual(found.SourceTimestamp is not None, source)
            self.assertEqual(found.ServerTimestamp is not None, server)

    def test_nothingIsKeptOnTheObject(self) -> None:
        """The same DataValue can be sent with and then without timestamps."""
        value = self.value()
        both, none = bytearray(), bytearray()
        dataValue(both, value, BOTH)
        dataValue(none, value, NEITHER)
        self.assertIsNone(byLibrary("DataValue", bytes(none)).SourceTimestamp)
        self.assertEqual(value.Encoding, 0)

    def test_serverTimestampOfReceipt(self) -> None:
        """A value without ServerTimestamp gets the one of the Read."""
        out = bytearray()
        dataValue(out, ua.DataValue(ua.Variant(1, KINDS.Byte)), SERVER, ticks(MOMENT))
        found = byLibrary("DataValue", bytes(out))
        self.assertEqual(found.ServerTimestamp.replace(tzinfo=UTC), MOMENT)

    def test_badWithValue(self) -> None:
        """A bad value may carry the last one along."""
        out = bytearray()
        dataValue(out, self.value(ua.StatusCodes.BadNoCommunication))
        found = byLibrary("DataValue", bytes(out))
        self.assertEqual(found.StatusCode.name, "BadNoCommunication")
        self.assertEqual(found.Value.Value, 5)

    def test_encodedStandsForAStructure(self) -> None:
        """What was encoded earlier is sent as it is."""
        self.assertEqual(encoded("NotificationMessage", Encoded(b"abc")), b"abc")


def walked(steps: Generator[None, None, Any]) -> tuple[int, Any]:
    """How many steps it took, and what came of them."""
    count = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return count, end.value
        count += 1


class HostileTests(TestCase):
    """What a peer may make up."""

    def refused(self, typeName: str, data: bytes, code: str = "BadDecodingError") -> None:
        fault = self.assertRaises(Fault, decode, typeName, Reader(data))
        self.assertEqual(ua.StatusCode(fault.statusCode).name, code)

    def test_lengthBeyondTheMessage(self) -> None:
        """A String longer than its message is refused before anything is copied."""
        self.refused("String", b"\xff\xff\xff\x7f")

    def test_longStrings(self) -> None:
        """A String or ByteString is as long as ServerCapabilities says, and no longer."""
        for typeName in ("String", "ByteString"):
            whole, more = (n.to_bytes(4, "little") + b"x" * n for n in (MAX_LENGTH, MAX_LENGTH + 1))
            self.assertEqual(len(decode(typeName, Reader(whole))), MAX_LENGTH)
            self.refused(typeName, more, "BadEncodingLimitsExceeded")

    def test_longArrays(self) -> None:
        """So is an array of plain values."""
        count = MAX_ELEMENTS + 1
        self.refused("Variant", b"\x83" + count.to_bytes(4, "little") + bytes(count),
                     "BadEncodingLimitsExceeded")  # fmt: skip

    def test_negativeLength(self) -> None:
        """A length below -1 does not move the decoder backwards."""
        self.refused("String", b"\xfe\xff\xff\xff" + b"x" * 8)

    def test_arrayOfNothing(self) -> None:
        """Two thousand million nulls take no bytes, so they would never end: refused."""
        self.refused("Variant", b"\x80\xff\xff\xff\x7f")

    def test_inventedDimensions(self) -> None:
        """Dimensions that multiply to more than is there do not fill the memory."""
        flat = b"\x86" + b"\x01\x00\x00\x00" + b"\x07\x00\x00\x00"
        shape = b"\x02\x00\x00\x00" + b"\xff\xff\xff\x7f" + b"\xff\xff\xff\x7f"
        self.refused("Variant", bytes([flat[0] | 0x40]) + flat[1:] + shape)

    def test_nestedWithoutEnd(self) -> None:
        """Variants within Variants end at a depth, not with the stack."""
        self.refused("Variant", b"\x98\x01\x00\x00\x00" * 3000, "BadEncodingLimitsExceeded")

    def test_nestedDiagnostics(self) -> None:
        """DiagnosticInfo that contains itself ends at a depth, too."""
        self.refused("DiagnosticInfo", b"\x40" * 5000, "BadEncodingLimitsExceeded")

    def test_nestedExtensionObjects(self) -> None:
        """The depth is counted through ExtensionObjects as well."""
        data = b"\x00\x00\x00"
        for _ in range(200):
            # KeyValuePair (i=14846): a QualifiedName and a Variant of ExtensionObject
            body = b"\x00\x00\xff\xff\xff\xff\x16" + data
            data = b"\x01\x00\xfe\x39\x01" + len(body).to_bytes(4, "little") + body
        self.refused("ExtensionObject", data, "BadEncodingLimitsExceeded")

    def test_notUtf8(self) -> None:
        """A String that is no UTF-8 is refused."""
        self.refused("String", b"\x02\x00\x00\x00\xff\xfe")

    def test_tooManyOperations(self) -> None:
        """A list of operations beyond every limit is refused before it is decoded."""
        data = (60_000).to_bytes(4, "little") + bytes(60_000 * 16)
        self.refused("ListOfReadValueId", data, "BadTooManyOperations")

    def test_unknownEnumerationIsANumber(self) -> None:
        """An enumeration value that does not exist is for the service to judge."""
        request = ua.ReadParameters()
        data = bytearray(encode(request))
        data[8:12] = (99).to_bytes(4, "little")
        self.assertEqual(decode("ReadParameters", Reader(bytes(data))).TimestampsToReturn, 99)

    @given(st.binary(max_size=200))
    def test_anything(self, data: bytes) -> None:
        """Whatever bytes come, decoding ends with a value or a Fault."""
        for name in (
            "ReadValueId",
            "Variant",
            "DataValue",
            "ExtensionObject",
            "CreateMonitoredItemsParameters",
        ):
            try:
                decode(name, Reader(data))
            except Fault:
                continue

    @given(st.data())
    def test_mutated(self, data: st.DataObject) -> None:
        """A request with some bytes changed ends with a value or a Fault, too."""
        request = ua.CallRequest()
        call = ua.CallMethodRequest()
        call.InputArguments = [ua.Variant([1, 2], KINDS.Int32), ua.Variant("x", KINDS.String)]
        request.Parameters.MethodsToCall = [call]
        content = bytearray(encode(request))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] = data.draw(st.integers(0, 255))
        try:
            decode("CallRequest", Reader(bytes(content)))
        except Fault as fault:
            self.assertTrue(fault.statusCode & 0x80000000)


def fresh(cls: Any) -> Any:
    """An object of the library's class with its defaults, if it can be made and encoded."""
    try:
        value = cls()
        ua_binary.struct_to_binary(value)
    except Exception:  # noqa: BLE001 - some classes of the library are broken as they are
        return None
    return value


def made(cls: Any) -> Iterator[Any]:
    """One with its defaults and one that is filled, if it can be; a DataValue in it is Bad."""
    for isFilled in (False, True):
        value = fresh(cls)
        if value is None:
            continue
        for name, typeName in cls.ua_types:
            content = contentOf(typeName) if isFilled or typeName == "DataValue" else None
            if content is not None:
                setattr(value, name, content)
        if cls is ua.DataValue:
            value.Value = ua.Variant(5, KINDS.Int32)
            value.StatusCode = library.status(ua.StatusCodes.BadNoCommunication)
        yield value


def contentOf(typeName: str) -> Any:
    """Something for a field of this type, where that is simple."""
    single = typeName.removeprefix("ListOf")
    plain = {"String": "\xe9", "ByteString": b"\xff\0", "UInt32": 2**31, "Double": -0.5}
    cls = library.structure(single)
    content = plain.get(single) if cls is None else next(made(cls), None)
    return content if content is None or single == typeName else [content] * 2
