"""``[[ocpp.listeners]]``: ports with a security profile."""

from __future__ import annotations

from pathlib import Path

from ocppgw.config.errors import ConfigurationError
from ocppgw.config.listeners import ListenerTable
from tests.config.support import ErrorTestCase, read

HEAD = '[[ocpp.listeners]]\nendpoint = "tcp:8443"\n'
FULL = (
    HEAD + 'securityProfile = 3\ncertificates = ["r.pem", "/abs/e.pem"]\n'
    'clientCas = ["ca.pem"]\norganizations = ["ACME"]\n'
)


class ListenerTableTests(ErrorTestCase):
    """What a listener may say."""

    def test_plain(self) -> None:
        """An endpoint alone is a plain listener, beside those of ``listen``."""
        configuration = read(HEAD)
        self.assertEqual(configuration.ocpp.listeners, (ListenerTable("tcp:8443"),))
        self.assertEqual(configuration.ocpp.listen, ("tcp:8887",))

    def test_several(self) -> None:
        """Any number of them, each with its own policy."""
        made = read(HEAD + "securityProfile = 1\n" + HEAD + 'identityPrefix = "north-"\n')
        self.assertEqual([one.securityProfile for one in made.ocpp.listeners], [1, 0])
        self.assertEqual(made.ocpp.listeners[1].identityPrefix, "north-")

    def test_paths(self) -> None:
        """Files are found relative to the configuration's folder."""
        [listener] = read(FULL, "/site").ocpp.listeners
        self.assertEqual(listener.certificates, (Path("/site/r.pem"), Path("/abs/e.pem")))
        self.assertEqual(listener.clientCas, (Path("/site/ca.pem"),))

    def test_proxies(self) -> None:
        """Proxies are addresses or networks; a network with bits of a host in it is a mistake."""
        [listener] = read(HEAD + 'proxies = ["127.0.0.1", "2001:db8::/32"]\n').ocpp.listeners
        self.assertEqual([str(one) for one in listener.proxies], ["127.0.0.1/32", "2001:db8::/32"])
        for wrong in ('["proxy.example.com"]', '["10.0.0.1/8"]', "[7]"):
            self.assertRefused(f"{HEAD}proxies = {wrong}\n", "ocpp.listeners[1].proxies[1]")

    def test_wrongKey(self) -> None:
        """An error names the table by its number, and the key."""
        self.assertRefused(HEAD + HEAD + "profile = 1\n", "ocpp.listeners[2].profile")
        self.assertRefused(HEAD + "securityProfile = 4\n", "ocpp.listeners[1].securityProfile")
        self.assertRefused("[[ocpp.listeners]]\n", "ocpp.listeners[1].endpoint")
        self.assertRefused("[ocpp]\nlisteners = 3\n", "ocpp.listeners")

    def test_certificatesWithoutTls(self) -> None:
        """What has no effect with a profile is refused, so that nobody relies on it."""
        for key, value in (("certificates", '["a.pem"]'), ("selfSigned", "true")):
            text = f"{HEAD}securityProfile = 1\n{key} = {value}\n"
            self.assertRefused(text, f"ocpp.listeners[1].{key}", "securityProfile 2")
        text = f'{HEAD}securityProfile = 2\nselfSigned = true\nclientCas = ["a.pem"]\n'
        self.assertRefused(text, "ocpp.listeners[1].clientCas", "securityProfile 3")

    def test_tlsWithoutCertificates(self) -> None:
        """TLS takes certificates; self-signed ones are made only where somebody asks for them."""
        text = HEAD + "securityProfile = 2\n"
        self.assertRefused(text, "ocpp.listeners[1].certificates", "selfSigned")
        both = text + 'selfSigned = true\ncertificates = ["a.pem"]\n'
        self.assertRefused(both, "ocpp.listeners[1].certificates")
        self.assertTrue(read(text + "selfSigned = true\n").ocpp.listeners[0].isSecure)

    def test_keysMatchCertificates(self) -> None:
        """Keys in files of their own are as many as the certificates."""
        self.assertRefused(FULL + 'keys = ["r-key.pem"]\n', "ocpp.listeners[1].keys")

    def test_profile3(self) -> None:
        """Profile 3 is not possible without knowing whose certificates count."""
        for key in ("clientCas", "organizations"):
            text = "\n".join(line for line in FULL.splitlines() if not line.startswith(key))
            self.assertRaisesRegex(ConfigurationError, f"{key}: is missing", read, text)

    def test_nowhere(self) -> None:
        """A gateway without plain listener needs another one."""
        self.assertRefused("[ocpp]\nlisten = []\n", "ocpp.listen")
        self.assertEqual(read("[ocpp]\nlisten = []\n" + HEAD).ocpp.listen, ())
