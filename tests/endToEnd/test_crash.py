"""
Nothing that was acknowledged is lost, whenever the process is killed.

``OCPPGW_CRASHES`` says how many times it is killed (``make crash-test``), ``OCPPGW_SEED`` repeats
the moments of an earlier run.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Any

from twisted.internet.defer import inlineCallbacks

from tests.endToEnd.load import Load
from tests.endToEnd.process import TwistdProcess
from tests.endToEnd.test_process import ProcessCase, Steps

CRASHES = int(os.environ.get("OCPPGW_CRASHES", "4"))
SIZE = 20


class CrashTests(ProcessCase):
    """kill -9 under load, many times over, on one database."""

    timeout = 60 + 20 * CRASHES

    @inlineCallbacks
    def test_killedUnderLoad(self) -> Steps:
        """Every acknowledged message is kept once, ids are given once, repeats get the first."""
        seed = os.environ.get("OCPPGW_SEED") or str(random.SystemRandom().randrange(10**6))
        moments = random.Random(seed)
        foreign, path = self.foreign(), self.folder / "ocppgw-state" / "ocppgw.sqlite3"
        self.load = load = yield foreign.run(self.made())
        port = "0"
        for crash in range(CRASHES):
            process, port = yield from self.started(port)
            yield foreign.run(load.begin(f"ws://127.0.0.1:{port}"))
            yield foreign.run(load.until(moments.randrange(20, 400)))
            load.pause()
            process.signal("KILL")
            yield process.ended
            where = f"after crash {crash + 1} of seed {seed}"
            self.assertEqual(load.ledger.faults(self.copied(path)), [], where)
        yield foreign.run(load.end())
        self.assertEqual(load.refused, [])
        self.assertGreater(len(load.ledger.stops), 0)

    async def made(self) -> Load:
        return Load(SIZE)

    def started(self, port: str) -> Any:
        arguments = ["--ocpp", f"tcp:{port}:interface=127.0.0.1"]
        process: TwistdProcess = self.run_(
            *arguments, "--opcua", "opc.tcp://127.0.0.1:0/ocppgw/", "--web", "none"
        )
        ready = yield process.ready
        self.assertIsNotNone(ready, process.said)
        found = re.search(r":(\d+)$", ready[0])
        assert found is not None
        return process, found[1]

    def copied(self, path: Path) -> Path:
        """The database as the crash left it; looking must not mend it for the next start."""
        copy = self.folder / "copy"
        copy.mkdir(exist_ok=True)
        for name in (path.name, f"{path.name}-wal"):
            if path.with_name(name).exists():
                (copy / name).write_bytes(path.with_name(name).read_bytes())
            else:
                (copy / name).unlink(missing_ok=True)
        (copy / f"{path.name}-shm").unlink(missing_ok=True)
        return copy / path.name
