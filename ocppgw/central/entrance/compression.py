"""
Whether messages of a connection are compressed (permessage-deflate, RFC 7692; C17).

Off unless the site wants it.  Each message is compressed for itself, so that an idle connection
holds no window, and is never inflated beyond the size that a message may have.
"""

# Autobahn's extensions are not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autobahn.websocket.compress_deflate import PerMessageDeflateOffer, PerMessageDeflateOfferAccept


def compression(offers: Iterable[Any], mostBytes: int) -> PerMessageDeflateOfferAccept | None:
    """
    What is agreed upon of what a charge point offers; ``None`` for plain messages.

    :param mostBytes: of a message, inflated.
    """
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer):
            agreed = PerMessageDeflateOfferAccept(
                offer, no_context_takeover=True, max_message_size=mostBytes
            )
            # Autobahn demands that the offer names this; RFC 7692 section 7.1.1.2 does not.
            agreed.request_no_context_takeover = True
            return agreed
    return None
