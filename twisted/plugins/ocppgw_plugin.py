"""
Tells ``twistd`` about the command ``ocppgw``, and nothing else.

There is no ``__init__.py`` beside this file or above it: Twisted looks for plugins in
folders of this name all along the path, and skips the ones that are packages of their own.
"""

from __future__ import annotations

from twisted.application.service import ServiceMaker

ocppgw = ServiceMaker(
    "ocppgw",
    "ocppgw.tap",
    "A gateway between EV charge points (OCPP 1.6-J) and SCADA systems (OPC UA).",
    "ocppgw",
)
