"""
``python -m docs.running [PAGE ..]``: run what the documents say; status 1 where one does not hold.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from docs.running.blocks import Unreadable
from docs.running.network import PortsTaken, ownNetwork
from docs.running.runner import ROOT, Runner, copyTree, pages


def main(names: list[str]) -> int:
    """Run the pages named, or all of them."""
    with tempfile.TemporaryDirectory(prefix="ocppgw-docs-") as folder:
        tree, logs = Path(folder, "ocppgw"), Path(folder, "logs")
        logs.mkdir()
        copyTree(ROOT, tree)
        try:
            network = ownNetwork()
        except PortsTaken as error:
            sys.stderr.write(f"docs-test: {error}\n")
            return 1
        try:
            runner = Runner(tree, logs, network, lambda line: print(line, flush=True))
            runner.prepare()
            for page in pages():
                if not names or page.path in names:
                    runner.run(page)
        finally:
            network.close()
    print("not run here, and why:", *(runner.left or ["nothing"]), sep="\n  ")
    print(f"{len(runner.failures)} failed", *runner.failures, sep="\n  ")
    return 1 if runner.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unreadable as unreadable:
        sys.exit(f"docs-test: {unreadable}")
