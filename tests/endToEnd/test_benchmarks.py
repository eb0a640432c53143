"""
The benchmarks measure what they say: every experiment, as short and small as it can be.

Peers of others are left out, because they would have to be fetched.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from math import isfinite

import attrs
from twisted.trial.unittest import SynchronousTestCase

from benchmarks.__main__ import chosen
from benchmarks.core.experiment import Pace
from benchmarks.core.rounds import run

SHORT = Pace(rounds=1, warm=0.05, seconds=0.2, isQuick=True)


class Suite(SynchronousTestCase):
    """Each experiment gives every figure that it promises, of every contender of ours."""

    timeout = 120

    def measured(self, name: str, contender: str = "ocppgw") -> None:
        """One round of an experiment, of the contenders whose name begins so."""
        (experiment,) = chosen(SHORT, [name])
        ours = [each for each in experiment.contenders if each.name.startswith(contender)]
        with redirect_stdout(io.StringIO()):
            result = run(attrs.evolve(experiment, contenders=ours), 1)
        self.assertEqual({}, result["missing"])
        self.assertEqual({each.name for each in ours}, set(result["medians"]))
        for figures in result["medians"].values():
            self.assertEqual({each.name for each in experiment.figures}, set(figures))
            self.assertTrue(all(isfinite(each) and each >= 0 for each in figures.values()))

    def test_store(self) -> None:
        """Sessions with the store on and off."""
        self.measured("store")

    def test_messages(self) -> None:
        """OCPP messages that a client has subscribed to."""
        self.measured("ocpp-50", "ocppgw, store on, all subscribed")

    def test_services(self) -> None:
        """The OPC UA services and notifications."""
        self.measured("opcua-services")

    def test_everything(self) -> None:
        """Everything monitored, and how long the threads are held."""
        self.measured("scale-everything")

    def test_latency(self) -> None:
        """From a charge point to an OPC UA client."""
        self.measured("scale-latency")

    def test_loads(self) -> None:
        """How long the threads are held under loads."""
        self.measured("scale-holds")

    def test_sizes(self) -> None:
        """Connecting, memory, and the start with what is known."""
        self.measured("scale-sizes")
