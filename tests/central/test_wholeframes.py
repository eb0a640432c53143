"""The short way for usual frames reads what Autobahn would, and leaves it all else."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase
from websockets import utils

from ocppgw.central.entrance import wholeframes
from ocppgw.central.entrance.wholeframes import textFrame, wholeText

MOST = 70_000
MASKS = st.binary(min_size=4, max_size=4)


def frame(payload: bytes, mask: bytes, first: int = 0x81) -> bytes:
    """A client's frame, byte by byte (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < 126:
        head = bytes([first, 0x80 | size])
    elif size < 0x10000:
        head = bytes([first, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class WholeFramesTests(SynchronousTestCase):
    """`wholeText` and its way back."""

    @given(st.binary(max_size=300), MASKS)
    def test_text(self, payload: bytes, mask: bytes) -> None:
        """A masked text in one frame is read, of any length that has two bytes at most."""
        self.assertEqual(wholeText(frame(payload, mask), MOST), payload)

    def test_lengths(self) -> None:
        """So is a long one, whatever takes the mask off: what is made in C, or what stands in."""
        for _ in range(2):
            for size in (*range(35), 125, 126, 255, 256, 16_384, 65_535):
                payload = bytes(place % 251 for place in range(size))
                masked = frame(payload, b"\xff\x00\x5a\x81")
                self.assertEqual(wholeText(masked, MOST), payload)
            self.patch(wholeframes, "apply_mask", utils.apply_mask)

    @given(st.binary(max_size=200), MASKS, st.integers(0, 255).filter(lambda first: first != 0x81))
    def test_otherFrames(self, payload: bytes, mask: bytes, first: int) -> None:
        """Fragments, binary, control and compressed frames are left to Autobahn."""
        self.assertIsNone(wholeText(frame(payload, mask, first), MOST))

    @given(st.binary(max_size=200), MASKS, st.data())
    def test_partAndMore(self, payload: bytes, mask: bytes, data: st.DataObject) -> None:
        """So is less than a frame, and more than one."""
        whole = frame(payload, mask)
        part = data.draw(st.integers(0, len(whole) - 1))
        self.assertIsNone(wholeText(whole[:part], MOST))
        self.assertIsNone(wholeText(whole + b"\x81", MOST))

    def test_limits(self) -> None:
        """So is what is too big, not masked, or has a length that is written longer than need."""
        mask = b"abcd"
        self.assertIsNone(wholeText(frame(b"x" * 200, mask), 199))
        self.assertIsNone(wholeText(b"\x81\x02{}", MOST))
        self.assertIsNone(wholeText(b"\x81\x02{}\0\0\0\0\0", MOST))
        self.assertIsNone(wholeText(b"\x81\xfe\x00\x02" + mask + b"xx", MOST))
        self.assertIsNone(wholeText(frame(b"x" * 66_000, mask), MOST))
        self.assertIsNone(wholeText(b"\x81\xff" + mask + b"x" * 127, MOST))

    @given(st.sampled_from([0, 1, 125, 126, 65_535, 65_536]))
    def test_ours(self, size: int) -> None:
        """What we send has the shortest length there is, and is not masked."""
        payload = b"x" * size
        masked = bytearray(frame(payload, b"\0\0\0\0"))
        masked[1] &= 0x7F
        self.assertEqual(textFrame(payload), bytes(masked[: len(masked) - size - 4]) + payload)
