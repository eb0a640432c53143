"""
A whole OPC UA server in memory under requests in which some bytes were changed.

``python -m tests.fuzz.opcua --inputs 100000 --seed 7`` ends with 1 and says what was sent where
something went wrong.  A run with the same seed is the same run.  `UaFuzz` is what a test uses.
"""

from __future__ import annotations

import argparse
import gc
import sys
from random import Random
from typing import Any

from opcua import ua
from opcua.ua.ua_binary import struct_to_binary
from twisted.logger import globalLogPublisher

from tests.fuzz.fuzzing import Errors, Wrong
from tests.uaserver.events.case import EVENT_NOTIFIER, element, eventFilter, literal, operand
from tests.uaserver.services.test_hostile import KINDS, createItems
from tests.uaserver.toy import SERVER, nodeId
from tests.uaserver.wire import WireClient, World, readValueId

BYTES = (0, 1, 2, 3, 4, 7, 13, 14, 22, 64, 127, 128, 129, 254, 255)
FRAMED = 0.05
"""How often bytes are changed outside of the request, so that the channel ends mostly."""
PERSISTENCE = 500
"""Inputs after which all clients leave, as nothing of theirs may stay."""
LARGEST = 60_000


def monitorEvents() -> Any:
    """CreateMonitoredItems with an event filter."""
    request = createItems()
    item = request.Parameters.ItemsToCreate[0]
    item.ItemToMonitor = readValueId(SERVER, EVENT_NOTIFIER)
    where = (
        (10, (element(1), element(2))),
        (4, (operand("Severity"), literal(5))),
        (6, (operand("Message"), literal("%a[b-c]_"))),
    )
    item.RequestedParameters.Filter = eventFilter("Message", "EventId", where=where)
    return request


def triggering() -> Any:
    """SetTriggering."""
    request = ua.SetTriggeringRequest()
    request.Parameters.SubscriptionId, request.Parameters.TriggeringItemId = 1, 1
    request.Parameters.LinksToAdd = [1, 2]
    return request


def transfer() -> Any:
    """TransferSubscriptions."""
    request = ua.TransferSubscriptionsRequest()
    request.Parameters.SubscriptionIds = [1]
    return request


def cancel() -> Any:
    """Cancel."""
    return ua.CancelRequest()


MAKERS = [*KINDS, monitorEvents, triggering, transfer, cancel]


class UaFuzz:
    """
    One run.

    :ivar answered: how many requests got an answer.
    """

    def __init__(self, seed: int) -> None:
        self._randomness = Random(seed)
        self._errors = Errors()
        self.world = World()
        self._witness = self.world.client(host="127.0.0.9")
        self._client = self.world.client()
        self._subscriptionId = 1
        self._requests: list[Any] = [make() for make in MAKERS]
        self.answered = 0

    def run(self, inputs: int) -> None:
        """Send so many inputs; raises `Wrong`."""
        globalLogPublisher.addObserver(self._errors)
        try:
            for number in range(inputs):
                self._once()
                if number % PERSISTENCE == PERSISTENCE - 1:
                    self._renew()
        finally:
            globalLogPublisher.removeObserver(self._errors)

    def size(self) -> int:
        """What may not grow, after all clients but the witness have left."""
        self._renew()
        gc.collect()
        return len(gc.get_objects())

    def _once(self) -> None:
        client = self._present()
        content = self._mutated(client)
        try:
            sent = bytes(client.secure.message_to_binary(content, request_id=99))
            if self._randomness.random() < FRAMED:
                sent = self._changed(sent, 0)
            client.feed(sent)
        except Wrong:
            raise
        except Exception as error:
            raise Wrong(f"{type(error).__name__}: {error} after {content.hex()}") from error
        self._look(client, content)

    def _mutated(self, client: WireClient) -> bytes:
        request = self._randomness.choice(self._requests)
        request.RequestHeader.AuthenticationToken = client.token
        parameters: Any = getattr(request, "Parameters", None)
        if self._randomness.random() < 0.8 and hasattr(parameters, "SubscriptionId"):
            parameters.SubscriptionId = self._subscriptionId
        header = 4 + len(struct_to_binary(request.RequestHeader))
        content = struct_to_binary(request)
        begin = header if self._randomness.random() < 0.9 else 4
        content = self._changed(content, min(begin, len(content) - 1))
        if self._randomness.random() < 0.1:
            content = content[: self._randomness.randrange(len(content) // 2, len(content) + 1)]
        if self._randomness.random() < 0.05:
            at = self._randomness.randrange(begin, len(content) + 1) if begin < len(content) else 0
            middle = content[at : at + 8] * self._randomness.randrange(1, 300)
            content = (content[:at] + middle + content[at:])[:LARGEST]
        return content

    def _changed(self, content: bytes, begin: int) -> bytes:
        found = bytearray(content)
        for _ in range(self._randomness.randrange(1, 5)):
            found[self._randomness.randrange(begin, len(found))] = self._randomness.choice(BYTES)
        return bytes(found)

    def _look(self, client: WireClient, content: bytes) -> None:
        world = self.world
        world.requests.posted.clear()
        if self._randomness.random() < 0.05:
            world.happen(self._randomness.randrange(1000))
            world.clock.advance(self._randomness.choice((0.05, 1.0, 5.0)))
            self._serveOthers(content)
        answer = client.take(99)
        if answer is not None:
            self.answered += 1
            self._remember(answer)
            if answer.ResponseHeader.ServiceResult.value == ua.StatusCodes.BadInternalError:
                raise Wrong(f"BadInternalError for {content.hex()}")
        if self._errors.lines:
            raise Wrong(f"logged after {content.hex()}: {self._errors.lines[0]}")

    def _remember(self, answer: Any) -> None:
        if isinstance(answer, ua.CreateSubscriptionResponse):
            self._subscriptionId = answer.Parameters.SubscriptionId

    def _serveOthers(self, content: bytes) -> None:
        value = self._witness.read(nodeId("Toy/Text")).Value
        if value is None or value.Value != "text":
            raise Wrong(f"another client was not served after {content.hex()}")

    def _present(self) -> WireClient:
        client = self._client
        channel = client.protocol.channel
        isOver = client.transport.isClosing or channel is None or not channel.isOpen
        if isOver or client.session is None or self._isClosed(client):
            client.lose()
            self._client = self.world.client()
        return self._client

    def _isClosed(self, client: WireClient) -> bool:
        sessions = self.world.core.sessions.all()
        return all(each.token != client.token.Identifier for each in sessions)

    def _renew(self) -> None:
        """Everybody leaves, and time passes until nothing of theirs is kept."""
        self._client.lose()
        for session in self.world.core.sessions.all():
            if session.token != self._witness.token.Identifier:
                self.world.core.sessions.close(session, deleteSubscriptions=True)
        self.world.clock.advance(1.0)
        core = self.world.core
        core.subscriptions.closeAll()  # Those of sessions that timed out live on, which is right.
        left = core.subscriptions.itemCount, len(core.events), len(core.monitoring.subjects)
        if any(left) or len(core.subscriptions):
            raise Wrong(f"items, event items and subjects {left} stayed behind")
        self._witness.open(renew=True)
        self._witness.read(nodeId("Toy/Text"))
        self._client = self.world.client()


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Fuzz the OPC UA server.")
    parser.add_argument("--inputs", type=int, default=100_000, help="requests to send")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="for the other fuzz only")
    chosen = parser.parse_args()
    fuzz = UaFuzz(chosen.seed)
    try:
        fuzz.run(chosen.inputs // 2)
        before = fuzz.size()
        fuzz.run(chosen.inputs - chosen.inputs // 2)
        growth = (fuzz.size() - before) / before
    except Wrong as wrong:
        sys.stderr.write(f"seed {chosen.seed}: {wrong}\n")
        return 1
    sys.stdout.write(
        f"{chosen.inputs} requests, {fuzz.answered} answers, "
        f"{growth:+.1%} objects in the second half\n"
    )
    return 0 if growth < GROWTH else 1


GROWTH = 0.02
"""Caches fill a little; what grows by more is a leak."""

if __name__ == "__main__":
    sys.exit(main())
