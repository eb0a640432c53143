"""Which subprotocol is spoken."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.subprotocol import NoCommonSubprotocol, choose


class SubprotocolTests(SynchronousTestCase):
    """`choose` picks from the offer."""

    def test_C1_none(self) -> None:
        """No offer is taken for OCPP 1.6, and answered without one; strictly it is refused."""
        self.assertIsNone(choose([]))
        self.assertRaises(NoCommonSubprotocol, choose, [], strict=True)

    def test_C2_anywhere(self) -> None:
        """``ocpp1.6`` is found wherever it stands, however it is spelt, and echoed as offered."""
        self.assertEqual(choose(["ocpp2.0.1", "ocpp1.6"]), "ocpp1.6")
        self.assertEqual(choose(["ocpp1.6", "ocpp1.5"]), "ocpp1.6")
        self.assertEqual(choose(["OCPP1.6"]), "OCPP1.6")

    def test_C3_onlyUnknown(self) -> None:
        """An offer of other versions only is refused, and the error names them."""
        error = self.assertRaises(NoCommonSubprotocol, choose, ["ocpp2.0.1", "ocpp1.5"])
        self.assertIn("ocpp2.0.1, ocpp1.5", str(error))
