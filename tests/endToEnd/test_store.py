"""What OPC UA clients are told while the store cannot keep what they ask for."""

from __future__ import annotations

from asyncua import ua
from twisted.internet.defer import Deferred

from ocppgw.gateway.service import DATABASE
from tests.endToEnd.gateway import GatewayCase

STRING = ua.VariantType.String


class StoreTests(GatewayCase):
    """Settings while the store fails."""

    def test_storeFails(self) -> Deferred[None]:
        """A Write of Name is BadResourceUnavailable while it cannot be stored, and Good after."""

        async def scenario() -> None:
            database = self.folder / "state" / DATABASE
            aside = database.with_suffix(".aside")
            await self.connect()
            async with self.scada() as scada:
                database.rename(aside)
                try:
                    status = await scada.write("CP1/Name", "Lost", STRING)
                finally:
                    aside.rename(database)
                self.assertEqual(status, "BadResourceUnavailable")
                self.assertEqual(await scada.read("CP1/Name"), "CP1")
                [state, name] = await scada.watch("/Gateway/StoreStatus", "CP1/Name")
                await state.value("ok")
                self.assertEqual(await scada.write("CP1/Name", "Kept", STRING), "Good")
                await name.value("Kept")

        return self.play(scenario)
