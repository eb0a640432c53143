"""What every provider of `IStore` promises about whoever may come in."""

from __future__ import annotations

import attrs
from twisted.internet.defer import gatherResults, inlineCallbacks

from ocppgw.access import linkaccess as a
from ocppgw.access.roles import Role
from ocppgw.access.secrets import USER_COST, PasswordHash
from ocppgw.access.userbook import KeptUsers, UserRemoved, UserSet
from ocppgw.access.users import User
from tests.store.contract import Steps, StoreSteps


class AccessContract(StoreSteps):
    """Tests of what is kept of charge points' passwords, and of users."""

    def damageUser(self, name: str) -> None:
        """Have a user's entry make no sense."""
        raise NotImplementedError

    @inlineCallbacks
    def test_access(self) -> Steps:
        """What is needed to let a charge point in is kept by its identity, known or not."""
        yield self.begin()
        changes: list[a.Change] = [
            a.PasswordSet("CP9", "one"),
            a.ProfileReached("CP9", 2),
            a.ProfileReached("CP9", 1),
            a.CandidateSet("CP9", "two"),
        ]
        for change in changes:
            yield self.store.changeAccess(change)
        yield self.restart()
        found = yield self.store.findAccess("CP9")
        self.assertEqual(found, a.LinkAccess("one", "two", 2))
        asked = [self.store.findAccess(identity) for identity in ("cp9", "CP9", "CP8")]
        several = yield gatherResults(asked)
        self.assertEqual(several, [a.LinkAccess(), found, a.LinkAccess()])

    @inlineCallbacks
    def test_candidates(self) -> Steps:
        """A new password replaces the old one when it is adopted, and only if it still is new."""
        yield self.begin()
        steps: list[tuple[a.Change, tuple[str, str]]] = [
            (a.CandidateSet("CP1", "two"), ("", "two")),
            (a.CandidateAdopted("CP1", "one"), ("", "two")),
            (a.CandidateAdopted("CP1", "two"), ("two", "")),
            (a.CandidateSet("CP1", "three"), ("two", "three")),
            (a.CandidateDropped("CP1", "one"), ("two", "three")),
            (a.CandidateDropped("CP1", "three"), ("two", "")),
            (a.CandidateSet("CP1", "four"), ("two", "four")),
            (a.PasswordSet("CP1", ""), ("", "")),
        ]
        for change, expected in steps:
            yield self.store.changeAccess(change)
            found = yield self.store.findAccess("CP1")
            self.assertEqual((found.password, found.candidate), expected)

    @inlineCallbacks
    def test_profileForgotten(self) -> Steps:
        """A lower security profile can be allowed again."""
        yield self.begin()
        for change in (a.ProfileReached("CP1", 3), a.ProfileForgotten("CP1")):
            yield self.store.changeAccess(change)
        found = yield self.store.findAccess("CP1")
        self.assertEqual(found.securityProfile, 0)

    @inlineCallbacks
    def test_users(self) -> Steps:
        """Users are kept with role and hash, by name; names are compared exactly."""
        yield self.begin()
        users = (yield self.store.listUsers()).users
        self.assertEqual(users, ())
        hashed = PasswordHash(USER_COST, b"s" * 16, b"h" * 32)
        bert, anna = User("bert", Role.operator, hashed), User("Anna", Role.observer, hashed)
        for user in (bert, anna, attrs.evolve(bert, role=Role.engineer)):
            yield self.store.changeUser(UserSet(user))
        yield self.store.changeUser(UserRemoved("anna"))
        yield self.restart()
        users = (yield self.store.listUsers()).users
        self.assertEqual(users, (anna, attrs.evolve(bert, role=Role.engineer)))
        yield self.store.changeUser(UserRemoved("Anna"))
        users = (yield self.store.listUsers()).users
        self.assertEqual([user.name for user in users], ["bert"])

    @inlineCallbacks
    def test_damagedUser(self) -> Steps:
        """An entry that makes no sense is told apart from the others, and can be removed."""
        yield self.begin()
        hashed = PasswordHash(USER_COST, b"s" * 16, b"h" * 32)
        anna, bert = User("anna", Role.observer, hashed), User("bert", Role.operator, hashed)
        for user in (anna, bert):
            yield self.store.changeUser(UserSet(user))
        self.damageUser("bert")
        kept = yield self.store.listUsers()
        self.assertEqual(kept, KeptUsers((anna,), ("bert",)))
        yield self.store.changeUser(UserRemoved("bert"))
        kept = yield self.store.listUsers()
        self.assertEqual(kept, KeptUsers((anna,)))
