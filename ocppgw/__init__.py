"""
A gateway between EV charge points (OCPP 1.6-J) and SCADA systems (OPC UA).

Nothing but the version lives here; ``docs/architecture.rst`` says what each package is for.
"""

from __future__ import annotations

__version__ = "0.1.0.dev0"
