"""
The gateway for the benchmarks of its size: ``python -m benchmarks.scale.gateway FOLDER``.

Prints ``imported TIME CPU`` before it does anything, and knows `holds`.
"""

from __future__ import annotations

import sys
import time

from benchmarks.ocpp.gateway import main as run
from benchmarks.scale.holds import install


def main(folder: str) -> None:
    """Run it."""
    from twisted.internet import reactor

    print(f"imported {time.time()} {time.process_time()}", flush=True)
    install(reactor)
    run("on", folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
