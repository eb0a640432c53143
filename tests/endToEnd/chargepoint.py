"""
A charge point of somebody else: the PyPI package ``ocpp`` over ``websockets``.

It answers every command, remembers what it was asked, and can be told what to answer, or to
keep silent.  Coroutines; they run on the foreign thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ocpp.messages import Call, unpack
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import Action
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

TEXT = "%Y-%m-%dT%H:%M:%S.000Z"
KEYS: dict[str, tuple[str, bool]] = {
    "HeartbeatInterval": ("300", False),
    "NumberOfConnectors": ("2", True),
    "MeterValueSampleInterval": ("60", False),
    "AuthorizeRemoteTxRequests": ("false", False),
    "AuthorizationKey": ("", False),
}


def now() -> str:
    """The time, as a charge point sends it."""
    return datetime.now(UTC).strftime(TEXT)


class ForeignChargePoint(ChargePoint):
    """
    One charge point.

    :ivar asked: the commands it got: action and payload.
    :ivar words: what it answers to an action instead of Accepted.
    :ivar silent: actions that it never answers.
    :ivar hold: what it waits for before it answers to an action.
    :ivar keys: its configuration: value and whether it is read-only.
    """

    def __init__(self, identity: str, connection: ClientConnection) -> None:
        super().__init__(identity, connection, response_timeout=20)
        self.connection = connection
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.words: dict[str, str] = {}
        self.silent: set[str] = set()
        self.hold: dict[str, asyncio.Event] = {}
        self.keys = dict(KEYS)
        self.heard = asyncio.Condition()
        self.reading = asyncio.create_task(self._hearing())

    async def _hearing(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self.start()

    async def close(self) -> None:
        """Hang up, in the orderly way."""
        await self.connection.close()
        await asyncio.gather(self.reading, return_exceptions=True)

    def drop(self) -> None:
        """Cut the cable."""
        self.connection.transport.abort()

    async def wasAsked(self, action: str, times: int = 1) -> dict[str, Any]:
        """Wait until a command came; its payload."""
        async with self.heard:
            await self.heard.wait_for(lambda: len(self._payloads(action)) >= times)
        return self._payloads(action)[-1]

    async def route_message(self, raw_msg: str) -> None:
        """Hear a message; silence is here, because an answer that waits stops the library."""
        message = unpack(raw_msg)
        if isinstance(message, Call) and message.action in self.silent:
            await self._note(message.action, message.payload)
        else:
            await super().route_message(raw_msg)

    async def _note(self, action: str, payload: dict[str, Any]) -> None:
        async with self.heard:
            self.asked.append((action, payload))
            self.heard.notify_all()

    def _payloads(self, action: str) -> list[dict[str, Any]]:
        return [payload for name, payload in self.asked if name == action]

    async def _answer(self, action: str, make: Callable[[str], Any], **payload: Any) -> Any:
        await self._note(action, payload)
        if action in self.hold:
            await self.hold[action].wait()
        return make(self.words.get(action, "Accepted"))

    @on(Action.clear_cache)
    async def onClearCache(self, **payload: Any) -> Any:
        return await self._answer("ClearCache", call_result.ClearCache, **payload)

    @on(Action.reset)
    async def onReset(self, **payload: Any) -> Any:
        return await self._answer("Reset", call_result.Reset, **payload)

    @on(Action.change_availability)
    async def onChangeAvailability(self, **payload: Any) -> Any:
        return await self._answer("ChangeAvailability", call_result.ChangeAvailability, **payload)

    @on(Action.unlock_connector)
    async def onUnlockConnector(self, **payload: Any) -> Any:
        self.words.setdefault("UnlockConnector", "Unlocked")
        return await self._answer("UnlockConnector", call_result.UnlockConnector, **payload)

    @on(Action.remote_start_transaction)
    async def onRemoteStart(self, **payload: Any) -> Any:
        return await self._answer(
            "RemoteStartTransaction", call_result.RemoteStartTransaction, **payload
        )

    @on(Action.remote_stop_transaction)
    async def onRemoteStop(self, **payload: Any) -> Any:
        return await self._answer(
            "RemoteStopTransaction", call_result.RemoteStopTransaction, **payload
        )

    @on(Action.trigger_message)
    async def onTriggerMessage(self, **payload: Any) -> Any:
        return await self._answer("TriggerMessage", call_result.TriggerMessage, **payload)

    @on(Action.data_transfer)
    async def onDataTransfer(self, **payload: Any) -> Any:
        return await self._answer("DataTransfer", call_result.DataTransfer, **payload)

    @on(Action.get_configuration)
    async def onGetConfiguration(self, **payload: Any) -> Any:
        wanted = payload.get("key") or list(self.keys)
        known = [key for key in wanted if key in self.keys]
        answer = call_result.GetConfiguration(
            configuration_key=[
                {"key": key, "readonly": self.keys[key][1], "value": self.keys[key][0]}
                for key in known
            ],
            unknown_key=[key for key in wanted if key not in self.keys],
        )
        return await self._answer("GetConfiguration", lambda _: answer, **payload)

    @on(Action.change_configuration)
    async def onChangeConfiguration(self, key: str, value: str) -> Any:
        if self.words.get("ChangeConfiguration", "Accepted") in ("Accepted", "RebootRequired"):
            self.keys[key] = (value, False)
        return await self._answer(
            "ChangeConfiguration", call_result.ChangeConfiguration, key=key, value=value
        )

    async def boot(self) -> str:
        """BootNotification; the word it was answered with."""
        answer = await self.call(
            call.BootNotification(
                charge_point_vendor="Foreign",
                charge_point_model="Model F",
                charge_point_serial_number="SN-1",
                firmware_version="1.2.3",
                iccid="8931",
                imsi="2620",
                meter_type="MT",
                meter_serial_number="MS-1",
            )
        )
        return str(answer.status)

    async def status(self, connector: int, status: str, **more: Any) -> None:
        """StatusNotification."""
        more = {"timestamp": now(), "error_code": "NoError", **more}
        await self.call(call.StatusNotification(connector_id=connector, status=status, **more))

    async def begin(
        self, connector: int, idTag: str = "TAG1", meterStart: int = 1000, timestamp: str = ""
    ) -> int:
        """StartTransaction; its id."""
        answer = await self.call(
            call.StartTransaction(
                connector_id=connector,
                id_tag=idTag,
                meter_start=meterStart,
                timestamp=timestamp or now(),
            )
        )
        return int(answer.transaction_id)

    async def meter(
        self, connector: int, values: list[dict[str, Any]], timestamp: str, transactionId: int
    ) -> None:
        """MeterValues with one set of samples."""
        await self.call(
            call.MeterValues(
                connector_id=connector,
                transaction_id=transactionId,
                meter_value=[{"timestamp": timestamp, "sampledValue": values}],
            )
        )

    async def end(self, transactionId: int, meterStop: int) -> None:
        """StopTransaction."""
        await self.call(
            call.StopTransaction(
                meter_stop=meterStop,
                timestamp=now(),
                transaction_id=transactionId,
                reason="Local",
                id_tag="TAG1",
            )
        )


async def callIn(url: str, identity: str, host: str = "127.0.0.1") -> ForeignChargePoint:
    """Connect to a Central System as ``identity``, from an address of this machine."""
    connection = await connect(
        f"{url.rstrip('/')}/{identity}",
        subprotocols=[Subprotocol("ocpp1.6")],
        local_addr=(host, 0),
    )
    return ForeignChargePoint(identity, connection)
