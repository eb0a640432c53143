"""
Counters as OPC UA shows them: UInt32, beginning again at 0 after the greatest.
"""

from __future__ import annotations


def counted(counter: int, more: int = 1) -> int:
    """The counter after one more, or several."""
    return (counter + more) & 0xFFFFFFFF
