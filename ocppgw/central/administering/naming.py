"""
Which identities and node names may be given at runtime.

Pure.  An identity must be one that can call in (see ``identity``); a node name one that the
configuration file could give.
"""

from __future__ import annotations

from ocppgw.central.entrance import identity
from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import Text

_NAME = Text(1, 255)


def whyNotIdentity(text: str) -> str:
    """What is wrong with an identity; empty where nothing is."""
    why = identity.whyNot(text)
    return f"cannot be: {why}" if why else ""


def whyNotNodeName(text: str) -> str:
    """What is wrong with a node name; a leading slash is kept for the gateway's own nodes."""
    if text.startswith("/"):
        return "must not begin with a slash"
    return whyNotText(text, _NAME)


def whyNotText(text: str, kind: Text) -> str:
    """What is wrong with a text; empty where nothing is."""
    try:
        kind.read(text)
    except Unacceptable:
        return f"must be {kind.accepted.replace('text in quotes', 'text')}"
    return ""
