"""
The one line that says that everything listens, and where.
"""

from __future__ import annotations

from pathlib import Path

import attrs


@attrs.frozen
class Ready:
    """
    Where the gateway can be reached, once everything listens.

    :ivar initialPassword: the file with the first start's password, where it is in use.
    """

    ocpp: tuple[str, ...]
    opcua: str
    web: str = "none"
    initialPassword: Path | None = None

    def __str__(self) -> str:
        """The ready line; scripts rely on it."""
        line = f"ocppgw ready ocpp={','.join(self.ocpp)} opcua={self.opcua} web={self.web}"
        if self.initialPassword is not None:
            line += f" initialPassword={self.initialPassword}"
        return line
