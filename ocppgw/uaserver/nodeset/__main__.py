"""Write the NodeSet2 file beside this module: ``python -m ocppgw.uaserver.nodeset``."""

from __future__ import annotations

from pathlib import Path

from ocppgw.uaserver.nodeset.writing import nodeSet

FILE = Path(__file__).parent / "Ocppgw.NodeSet2.xml"

if __name__ == "__main__":
    FILE.write_text(nodeSet(), encoding="utf-8")
