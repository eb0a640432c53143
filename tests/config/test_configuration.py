"""Tests of what follows from a configuration."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.config.configuration import Configuration
from ocppgw.model.idtags import IdTagEntry
from tests.config.support import read
from tests.config.test_reading import HASH


class ConfigurationTests(SynchronousTestCase):
    """The frozen whole."""

    def test_promisedDefaults(self) -> None:
        """The defaults that users and scripts were promised."""
        made = Configuration()
        self.assertEqual(made.ocpp.listen, ("tcp:8887",))
        self.assertEqual(made.opcua.url, "opc.tcp://0.0.0.0:4840/ocppgw/")
        self.assertEqual(
            attrs.asdict(made.ocpp, filter=attrs.filters.exclude("listen", "settleTime")),
            {
                "onboarding": "accept",
                "strict": False,
                "heartbeatInterval": 300,
                "callTimeout": 30,
                "pingInterval": 45,
                "pingTimeout": 20,
                "disconnectGrace": 0.5,
                "maxMessageSize": 1048576,
                "maxMessageRate": 500,
                "maxTransactions": 600,
                "closeAtStop": False,
                "compression": False,
                "pollMeterValues": 0,
                "handshakeRate": 100,
                "listeners": (),
            },
        )
        self.assertEqual(made.authorization.default, "Accepted")
        self.assertEqual(made.web.listen, "tcp:8080:interface=127.0.0.1")

    def test_frozen(self) -> None:
        """Nobody changes a configuration in passing."""
        made = Configuration()
        self.assertRaises(attrs.exceptions.FrozenInstanceError, setattr, made, "web", "x")
        self.assertRaises(attrs.exceptions.FrozenInstanceError, setattr, made.ocpp, "strict", True)

    def test_idTags(self) -> None:
        """idTags of the file are known as such, with their dates in UTC."""
        made = read(
            '[[idTags]]\nidTag = "a"\n[[idTags]]\nidTag = "b"\nstatus = "Blocked"\n'
            'expiryDate = 2030-01-01T02:00:00+02:00\nparentIdTag = "p"'
        )
        self.assertEqual(
            made.idTagEntries(),
            (
                IdTagEntry("a", fromFile=True),
                IdTagEntry("b", "Blocked", datetime(2030, 1, 1, tzinfo=UTC), "p", True),
            ),
        )

    def test_users(self) -> None:
        """Users of the file have their role; what anonymous sessions may do is known with them."""
        made = read(
            f'[opcua]\nanonymousRemote = "observer"\nanonymousLoopback = "operator"\n'
            f'[[users]]\nname = "ann"\npassword = "{HASH}"\nrole = "engineer"\n'
            f'[[users]]\nname = "bob"\npassword = "{HASH}"'
        ).knownUsers()
        roles = {user.name: user.role for user in made.byName.values()}
        self.assertEqual(roles, {"ann": Role.engineer, "bob": Role.observer})
        self.assertEqual(made.anonymousRole("127.0.0.1"), Role.operator)
        self.assertEqual(made.anonymousRole("192.0.2.1"), Role.observer)
        password = made.byName["ann"].password
        self.assertEqual(password and password.text, HASH)

    def test_noSecretShows(self) -> None:
        """A configuration that is logged whole shows no password hash."""
        made = read(f'[[users]]\nname = "ann"\npassword = "{HASH}"')
        self.assertNotIn("a2V5", repr(made))
        self.assertNotIn("key.", repr(made))
