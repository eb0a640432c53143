"""A few random messages of each kind, in each run of the tests."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.conformance import shows
from tests.fuzz.fuzzing import Fuzz
from tests.fuzz.opcua import UaFuzz


class SampleTests(SynchronousTestCase):
    """Whatever comes is answered or ignored, and leaves nothing in the log."""

    def test_lenient(self) -> None:
        """As charge points usually are met."""
        fuzz = Fuzz(seed=1)
        fuzz.run(1500)
        self.assertGreater(fuzz.answered, 500)

    def test_strict(self) -> None:
        """Held to the letter."""
        fuzz = Fuzz(seed=2, strict=True)
        fuzz.run(1500)
        self.assertGreater(fuzz.answered, 500)


class OpcUaSampleTests(SynchronousTestCase):
    """The same for the OPC UA server."""

    @shows("Best Practice: time-outs, random handles, strict message handling")
    def test_requests(self) -> None:
        """Changed requests are answered, others are served, and nothing of them stays."""
        fuzz = UaFuzz(seed=1)
        fuzz.run(2000)
        self.assertGreater(fuzz.answered, 1500)
        fuzz.size()
