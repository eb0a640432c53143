"""
A client that subscribes to every value of all charge points, and takes what comes.

``python -m benchmarks.ocpp.subscriber PORT PATH NUMBER SECONDS`` prints ``subscribed ITEMS``, then
now and then ``told NOTIFICATIONS``, all that came so far, and goes on until it is killed, or for so
long at most: one subscription, published each second, queues of one.  Blocking sockets and hardly a
look at what comes, so that it keeps up with any load.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator

from benchmarks.opcua import wire

INTERVAL = 1000.0
WAITING = 20
"""Publish requests that wait: a second of changes needs several messages."""

EACH = 0.2
"""Seconds between two looks at how much came."""

VARIABLE, METHOD = 2, 4


class Answer:
    """What a Browse of one node found, read from its bytes as far as it matters."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def children(self) -> Iterator[tuple[str | int, int, int]]:
        """Identifier, namespace and NodeClass of each; the answer has to be whole."""
        self._take("<iI")
        if self._take("<i")[0] > 0:
            raise wire.Refused("more references than fit into one answer")
        for _ in range(self._take("<i")[0]):
            self._nodeId()
            self._take("<?")
            identifier, space = self._nodeId()
            self._take("<H")
            self._text()
            for _ in range(self._take("<B")[0].bit_count()):
                self._text()
            nodeClass = self._take("<I")[0]
            self._nodeId()
            yield identifier, space, nodeClass

    def _take(self, pattern: str) -> tuple[int, ...]:
        found = struct.unpack_from(pattern, self._data, self._at)
        self._at += struct.calcsize(pattern)
        return found

    def _text(self) -> str:
        size = max(self._take("<i")[0], 0)
        self._at += size
        return self._data[self._at - size : self._at].decode()

    def _nodeId(self) -> tuple[str | int, int]:
        kind = self._take("<B")[0] & 0x3F
        if kind == 0:
            return self._take("<B")[0], 0
        if kind == 1:
            space, number = self._take("<BH")
            return number, space
        if kind == 2:
            space, number = self._take("<HI")
            return number, space
        if kind != 3:
            raise wire.Refused(f"a NodeId of the kind {kind}")
        space = self._take("<H")[0]
        return self._text(), space


def variables(client: wire.Client, node: bytes) -> Iterator[tuple[str, int]]:
    """Identifier and namespace of all variables below a node."""
    answer = Answer(client.call(wire.BROWSE, wire.browse(node)))
    for identifier, space, nodeClass in answer.children():
        if not isinstance(identifier, str):
            continue
        if nodeClass == VARIABLE:
            yield identifier, space
        if nodeClass != METHOD:
            yield from variables(client, wire.nodeId(identifier, space))


def places(client: wire.Client, number: int) -> list[bytes]:
    """All variables of all charge points, which are alike."""
    found = list(variables(client, wire.nodeId("B0")))
    suffixes = {path.removeprefix("B0"): space for path, space in found if path.startswith("B0")}
    if not suffixes:
        raise wire.Refused("there is nothing below B0")
    names = [f"B{index}" for index in range(number)]
    return [wire.nodeId(name + path, space) for name in names for path, space in suffixes.items()]


def main(port: str, path: str, number: str, seconds: str) -> None:
    """Subscribe."""
    subscriber = wire.Subscriber(int(port), path, INTERVAL)
    nodeIds = places(subscriber.client, int(number))
    subscriber.monitor(nodeIds, 1)
    subscriber.begin(WAITING)
    print(f"subscribed {len(nodeIds)}", flush=True)
    for _ in range(int(float(seconds) / EACH)):
        wire.collect([subscriber], EACH)
        print(f"told {subscriber.notified}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
