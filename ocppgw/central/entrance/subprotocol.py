"""
Which WebSocket subprotocol is spoken.

Pure.  OCPP-J 1.6 section 3.1.2 and rows C1 to C3 of the quirks: ``ocpp1.6`` wherever it stands
in the offer and however it is spelt; none at all is taken for 1.6 unless strict; only others
are refused before the upgrade, as the official compliance test demands.
"""

from __future__ import annotations

from collections.abc import Sequence

OCPP16 = "ocpp1.6"


class NoCommonSubprotocol(ValueError):
    """The offer holds nothing that we speak; ``str`` says what was offered."""


def choose(offered: Sequence[str], strict: bool = False) -> str | None:
    """
    The subprotocol to answer with, in the offered spelling; ``None`` to answer without one.

    :raises NoCommonSubprotocol: HTTP 400.
    """
    names = [name.strip() for name in offered if name.strip()]
    for name in names:
        if name.lower() == OCPP16:
            return name
    if names:
        raise NoCommonSubprotocol("only offered " + ", ".join(names)[:100])
    if strict:
        raise NoCommonSubprotocol("offered no subprotocol")
    return None
