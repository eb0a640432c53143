"""
What a page or an operation needs its visitor to be allowed to do.

Only names for what `Role` decides, so that they can stand in declarations.
"""

from __future__ import annotations

import enum

from ocppgw.access.roles import Role


class Right(enum.Enum):
    """The value is the question that is put to a role."""

    anybody = ""
    look = "mayRead"
    seePersons = "mayReadPersonal"
    command = "mayCommand"
    configure = "mayConfigure"
    administer = "mayAdminister"

    def of(self, role: Role) -> bool:
        """Whether this role has it."""
        return not self.value or bool(getattr(role, self.value))

    @property
    def least(self) -> Role:
        """The lowest role that has it."""
        return next(role for role in Role if self.of(role))
