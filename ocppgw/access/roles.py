"""
The roles, in their order, and what each may do.

Only that.  A check is named by what is done, so that nobody but this module compares roles.
"""

from __future__ import annotations

import enum


class Role(enum.IntEnum):
    """
    What a user may do; each role may also do what the ones before it may.

    The names are the words of the configuration file (``Role["operator"]``).
    """

    none = 0
    """Not even look."""
    observer = 1
    """Browse, read and subscribe, personal data left out."""
    operator = 2
    """Also command charge points, and see who charges."""
    engineer = 3
    """Also change how charge points and the gateway are set up."""

    @property
    def mayRead(self) -> bool:
        """Browse, read and subscribe to what is not personal."""
        return self >= Role.observer

    @property
    def mayReadPersonal(self) -> bool:
        """Read idTags, and list the known ones."""
        return self >= Role.operator

    @property
    def mayCommand(self) -> bool:
        """Use the command methods and variables, Operative and ForceClose."""
        return self >= Role.operator

    @property
    def mayConfigure(self) -> bool:
        """
        Set up a charge point: configuration points, GetConfiguration, ChangeConfiguration,
        DataTransfer, Name, Description and Enabled.
        """
        return self >= Role.engineer

    @property
    def mayAdminister(self) -> bool:
        """Set up the gateway itself: add, replace and remove charge points and idTags."""
        return self >= Role.engineer
