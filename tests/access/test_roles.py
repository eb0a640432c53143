"""Tests of the roles and of what each may do."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role

#: Who may do what, as the public description of the address space lists it.
MAY = {
    Role.none: set(),
    Role.observer: {"mayRead"},
    Role.operator: {"mayRead", "mayReadPersonal", "mayCommand"},
    Role.engineer: {"mayRead", "mayReadPersonal", "mayCommand", "mayConfigure", "mayAdminister"},
}


class RoleTests(SynchronousTestCase):
    """What each role may do."""

    def test_everyPermission(self) -> None:
        """Each role has exactly the permissions that are documented for it, and no others."""
        checks = [name for name in vars(Role) if name.startswith("may")]
        for role, expected in MAY.items():
            self.assertEqual({name for name in checks if getattr(role, name)}, expected)
        self.assertEqual(set(checks), MAY[Role.engineer])

    def test_eachRoleIncludesTheOnesBefore(self) -> None:
        """Whoever is given a higher role loses nothing."""
        for lower, higher in zip(list(Role), list(Role)[1:], strict=False):
            self.assertLess(lower, higher)
            self.assertLess(MAY[lower], MAY[higher])

    def test_words(self) -> None:
        """The names of the roles are the words of the configuration file."""
        self.assertEqual([role.name for role in Role], ["none", "observer", "operator", "engineer"])
