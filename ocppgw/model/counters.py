"""
Counters as OPC UA shows them: UInt32, beginning again at 0 after the greatest.
"""

from __future__ import annotations


def counted(counter: int) -> int:
    """The counter after one more."""
    return (counter + 1) & 0xFFFFFFFF
