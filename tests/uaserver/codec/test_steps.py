"""Tests of decoding in steps: each is bounded, and together they are the same."""

from __future__ import annotations

import struct
from typing import Any

from opcua import ua
from opcua.ua.ua_binary import struct_to_binary
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec.decoding import decode, decodeInSteps
from ocppgw.uaserver.codec.encoding import encode
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.codec.reader import MAX_ELEMENTS, STEP_ELEMENTS, Reader
from tests.uaserver.codec.test_codec import walked

NODE = b"\x03\x02\x00" + struct.pack("<i", 3) + b"CP1"
VARIANT = b"\x11" + NODE


def listOf(count: int, element: bytes) -> bytes:
    """A list of the same again and again."""
    return struct.pack("<i", count) + element * count


def arrayOf(count: int, element: bytes, kind: int = 24) -> bytes:
    """A Variant with an array; of Variants, unless told otherwise."""
    return bytes([0x80 | kind]) + listOf(count, element)


def written(variant: bytes) -> bytes:
    """Of a WriteValue, behind others."""
    head = NODE + struct.pack("<Ii", 13, -1) + b"\x01"
    return struct.pack("<i", 2) + head + b"\x01\x01" + head + variant


class StepsTests(SynchronousTestCase):
    """What one step may have."""

    def refused(self, name: str, data: bytes, code: str, most: int = 1000) -> None:
        with self.assertRaises(Fault) as raised:
            walked(decodeInSteps(name, Reader(data), most))
        self.assertEqual(ua.StatusCode(raised.exception.statusCode).name, code)

    def value(self, variant: bytes) -> Any:
        """The value of the second WriteValue."""
        steps, found = walked(decodeInSteps("ListOfWriteValue", Reader(written(variant))))
        self.assertEqual(steps, 2)
        return found[1].Value.Value.Value

    def test_builtIn(self) -> None:
        """Long lists of Strings and NodeIds come in steps, the same as at once."""
        for name, element in (("ListOfString", b"\x01\x00\x00\x00x"), ("ListOfNodeId", NODE)):
            data = listOf(5_000, element)
            steps, found = walked(decodeInSteps(name, Reader(data)))
            self.assertEqual((steps, found), (50, decode(name, Reader(data))))

    def test_noMoreThanOperations(self) -> None:
        """Of what is done again and again the number is judged before all; of texts it is not."""
        self.refused("ListOfNodeId", listOf(1001, b"\xff" * 9), "BadTooManyOperations")
        self.refused("ListOfWriteValue", listOf(1001, b"\xff" * 9), "BadTooManyOperations")
        _, texts = walked(decodeInSteps("ListOfString", Reader(listOf(1001, b"\xff" * 4)), 1000))
        self.assertEqual(len(texts), 1001)

    def test_elements(self) -> None:
        """One operation may have so many elements, and no more, however they are nested."""
        self.assertEqual(len(self.value(arrayOf(STEP_ELEMENTS, VARIANT))), STEP_ELEMENTS)
        inner = arrayOf(99, VARIANT)
        self.assertEqual(
            len(self.value(arrayOf(STEP_ELEMENTS // 100, inner))), STEP_ELEMENTS // 100
        )
        pair = ua.KeyValuePair()
        pair.Value = ua.Variant(["x"] * 150)
        held = encode(ua.Variant(pair))[1:]
        for variant in (
            arrayOf(STEP_ELEMENTS + 1, VARIANT),
            arrayOf(STEP_ELEMENTS // 100 + 1, inner),
            arrayOf(STEP_ELEMENTS // 100, held, kind=22),
        ):
            self.refused("ListOfWriteValue", written(variant), "BadEncodingLimitsExceeded")

    def test_eachOperation(self) -> None:
        """What one operation had is not counted for the next one."""
        one = written(arrayOf(STEP_ELEMENTS, VARIANT))[4:]
        _, found = walked(decodeInSteps("ListOfWriteValue", Reader(struct.pack("<i", 4) + one * 2)))
        self.assertEqual([len(each.Value.Value.Value) for each in found[1::2]], [STEP_ELEMENTS] * 2)

    def test_structures(self) -> None:
        """Structures within an operation are counted, too."""
        path = ua.BrowsePath()
        path.RelativePath.Elements = [ua.RelativePathElement()] * (STEP_ELEMENTS + 1)
        data = struct.pack("<i", 1) + struct_to_binary(path)
        self.refused("ListOfBrowsePath", data, "BadEncodingLimitsExceeded")

    def test_numbers(self) -> None:
        """Numbers cost little: an array of them is as long as any."""
        numbers = list(range(MAX_ELEMENTS))
        data = encode(ua.Variant(numbers, ua.VariantType.Int32))
        self.assertEqual(self.value(data), numbers)
        cut = written(data)[:-1]
        self.refused("ListOfWriteValue", cut, "BadDecodingError")

    def test_matrix(self) -> None:
        """A matrix of a great many small rows is refused, one of few large rows is not."""
        flat = b"\xc1" + listOf(MAX_ELEMENTS, b"\x01")
        rows = self.value(flat + struct.pack("<iII", 2, 16, MAX_ELEMENTS // 16))
        self.assertEqual([len(row) for row in rows], [MAX_ELEMENTS // 16] * 16)
        many = flat + struct.pack("<iIIII", 4, MAX_ELEMENTS, 1, 1, 1)
        self.refused("ListOfWriteValue", written(many), "BadEncodingLimitsExceeded")
