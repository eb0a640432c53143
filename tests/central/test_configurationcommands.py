"""
Commands about configuration keys: reading them, whatever the charge point understands, and
changing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.configuring.values import same, spelledLike
from ocppgw.central.linking.calling import AnswerInvalid, CallErrorReceived
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import ConfigurationPoint
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Keys, Site, always, readySite, refusing


def siteWith(keys: Keys) -> Site:
    """A settled charge point that answers from ``keys``."""
    site = readySite()
    site.caller.script[m.GetConfigurationRequest] = keys.get
    site.caller.script[m.ChangeConfigurationRequest] = keys.change
    return site


def text(site: Site, key: str) -> str | None:
    """What SCADA sees of a key."""
    return site.record.configuration.points[key.lower()].text


class ReadingTests(SynchronousTestCase):
    """GetConfiguration and RefreshConfiguration."""

    def test_refreshFillsThePoints(self) -> None:
        """RefreshConfiguration asks for everything and the points show it."""
        site = siteWith(Keys(HeartbeatInterval="300", AcmeKey="x"))
        self.assertEqual(site.issue(c.RefreshConfiguration()), [Answered("Accepted")])
        self.assertEqual(text(site, "HeartbeatInterval"), "300")
        self.assertEqual(text(site, "AcmeKey"), "x")

    def test_getGivesColumns(self) -> None:
        """GetConfiguration gives keys, values, access and unknown keys in columns."""
        site = siteWith(Keys(A="1", B="2"))
        (outcome,) = site.issue(c.GetConfiguration(("B", "a", "Z")))
        assert isinstance(outcome, Answered)
        self.assertEqual(
            dict(outcome.outputs),
            {
                "Keys": ("B", "A"),
                "Values": ("2", "1"),
                "ReadOnly": (False, False),
                "UnknownKeys": ("Z",),
            },
        )
        self.assertIn("z", site.record.configuration.unknownKeys)

    def test_keyWithoutValue(self) -> None:
        """A key without a value is an empty text in the columns."""
        site = readySite()
        site.caller.script[m.GetConfigurationRequest] = lambda _: m.GetConfigurationConfirmation(
            configurationKey=(m.ConfigurationKey(key="A", readonly=True),)
        )
        (outcome,) = site.issue(c.GetConfiguration())
        assert isinstance(outcome, Answered)
        self.assertEqual(outcome.outputs["Values"], ("",))
        self.assertEqual(outcome.outputs["ReadOnly"], (True,))

    def test_B8_emptyListInsteadOfNone(self) -> None:
        """Where a missing list of keys is an error, an empty one is tried."""
        site = readySite()

        def answer(request: m.GetConfigurationRequest) -> Any:
            if request.key is None:
                return CallErrorReceived("FormationViolation", "key", {})
            return m.GetConfigurationConfirmation(
                configurationKey=(m.ConfigurationKey(key="A", readonly=False, value="1"),)
            )

        site.caller.script[m.GetConfigurationRequest] = answer
        self.assertEqual(site.issue(c.RefreshConfiguration()), [Answered("Accepted")])
        self.assertEqual([request.key for request in site.caller.requests()], [None, ()])
        self.assertEqual(text(site, "A"), "1")

    def test_S13_chunksWhenTheAnswerIsBroken(self) -> None:
        """Where the long answer cannot be read, keys are asked for ten at a time."""
        site = readySite()
        keys = Keys(HeartbeatInterval="300", WebSocketPingInterval="0")

        def answer(request: m.GetConfigurationRequest) -> Any:
            return keys.get(request) if request.key else AnswerInvalid("truncated")

        site.caller.script[m.GetConfigurationRequest] = answer
        self.assertEqual(site.issue(c.RefreshConfiguration()), [Answered("Accepted")])
        chunks = [request.key for request in site.caller.requests()[1:]]
        self.assertGreater(len(chunks), 3)
        self.assertEqual({len(chunk) for chunk in chunks[:-1]}, {10})
        self.assertNotIn("AuthorizationKey", [key for chunk in chunks for key in chunk])
        self.assertEqual(text(site, "WebSocketPingInterval"), "0")

    def test_S13_chunksAfterSilence(self) -> None:
        """Where the long answer never comes, chunks are tried in the second half of the time."""
        site = readySite()
        keys = Keys(GetConfigurationMaxKeys="5")
        site.caller.script[m.GetConfigurationRequest] = lambda request: (
            keys.get(request) if request.key else None
        )
        outcomes = site.issue(c.RefreshConfiguration())
        site.clock.advance(14)
        self.assertEqual(outcomes, [])
        site.clock.advance(1)
        self.assertEqual(outcomes, [Answered("Accepted")])
        self.assertEqual(text(site, "GetConfigurationMaxKeys"), "5")

    def test_S13_chunksAsLongAsTheyMayBe(self) -> None:
        """GetConfigurationMaxKeys, where it was reported, says how long a chunk may be."""
        for value, size in (("5", 5), ("0", 1), ("many", 10)):
            site = readySite()
            point = ConfigurationPoint("GetConfigurationMaxKeys", value, True, site.now())
            site.recorder.note(NODE, f.ConfigurationReported((point,), (), site.now()))
            site.caller.script[m.GetConfigurationRequest] = lambda request: (
                m.GetConfigurationConfirmation() if request.key else AnswerInvalid("truncated")
            )
            site.issue(c.RefreshConfiguration())
            self.assertEqual({len(r.key) for r in site.caller.requests()[1:-1]}, {size})

    def test_S13_nothingComesOfIt(self) -> None:
        """Two fruitless chunks are enough; the user hears what was wrong."""
        site = readySite()
        site.caller.script[m.GetConfigurationRequest] = lambda _: AnswerInvalid("broken")
        self.assertEqual(
            site.issue(c.RefreshConfiguration()), [Refused(Refusal.callError, "broken")]
        )
        self.assertEqual(len(site.caller.sent), 3)

    def test_notImplemented(self) -> None:
        """A charge point that does not know GetConfiguration is asked once."""
        site = readySite()
        site.caller.script[m.GetConfigurationRequest] = refusing("NotImplemented")
        (outcome,) = site.issue(c.RefreshConfiguration())
        self.assertEqual(outcome, Refused(Refusal.notSupported, "NotImplemented"))
        self.assertEqual(len(site.caller.sent), 1)

    def test_theOnlyAnswerIsACallError(self) -> None:
        """Certain keys that are answered with a CallError are a failure, not an empty list."""
        site = readySite()
        site.caller.script[m.GetConfigurationRequest] = refusing("GenericError", "busy")
        self.assertEqual(
            site.issue(c.GetConfiguration(("A",))),
            [Refused(Refusal.callError, "GenericError: busy")],
        )

    def test_manyKeysInChunks(self) -> None:
        """More keys than the charge point answers at once are asked for in chunks."""
        site = siteWith(Keys(GetConfigurationMaxKeys="2", A="1", B="2", C="3"))
        site.issue(c.GetConfiguration(("GetConfigurationMaxKeys",)))
        (outcome,) = site.issue(c.GetConfiguration(("A", "B", "C")))
        assert isinstance(outcome, Answered)
        self.assertEqual(outcome.outputs["Values"], ("1", "2", "3"))
        self.assertEqual([r.key for r in site.caller.requests()[1:]], [("A", "B"), ("C",)])

    def test_theSecretKeyIsNeverShown(self) -> None:
        """A charge point that tells its AuthorizationKey is not listened to."""
        site = siteWith(Keys(AuthorizationKey="0011223344556677"))
        (outcome,) = site.issue(c.GetConfiguration())
        self.assertNotIn("0011223344556677", repr((outcome, site.record, site.store.committed)))


class ChangingTests(SynchronousTestCase):
    """ChangeConfiguration."""

    def test_theNewValueIsReadBack(self) -> None:
        """After a change the point shows what the charge point reports."""
        site = siteWith(Keys(HeartbeatInterval="300"))
        (outcome,) = site.issue(c.ChangeConfiguration("HeartbeatInterval", "60"))
        assert isinstance(outcome, Answered)
        self.assertEqual(outcome.status, "Accepted")
        self.assertEqual(dict(outcome.outputs), {"Value": "60", "Kept": True})
        self.assertEqual(text(site, "HeartbeatInterval"), "60")

    def test_negativeWordsAreNotReadBack(self) -> None:
        """A rejected or unknown key is a result; nothing more is asked."""
        for word in ("Rejected", "NotSupported"):
            site = readySite()
            site.caller.script[m.ChangeConfigurationRequest] = always(
                word, m.ChangeConfigurationConfirmation
            )
            self.assertEqual(site.issue(c.ChangeConfiguration("A", "1")), [Answered(word)])
            self.assertEqual(len(site.caller.sent), 1)

    def test_rebootRequired(self) -> None:
        """RebootRequired shows until the next boot, and the old value is no deviation."""
        site = siteWith(Keys(A="1"))
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "RebootRequired", m.ChangeConfigurationConfirmation
        )
        (outcome,) = site.issue(c.ChangeConfiguration("A", "2"))
        assert isinstance(outcome, Answered)
        self.assertEqual(outcome.status, "RebootRequired")
        self.assertTrue(site.record.registration.rebootRequired)
        self.assertEqual(site.record.deviations.count, 0)
        site.boot()
        self.assertFalse(site.record.registration.rebootRequired)

    def test_B9_theirOwnSpelling(self) -> None:
        """Key and boolean are sent as the charge point itself spells them."""
        site = siteWith(Keys(localPreAuthorize="FALSE"))
        site.issue(c.RefreshConfiguration())
        site.issue(c.ChangeConfiguration("LocalPreAuthorize", "true"))
        self.assertEqual(
            site.caller.requests(m.ChangeConfigurationRequest),
            [m.ChangeConfigurationRequest(key="localPreAuthorize", value="TRUE")],
        )

    def test_B13_acceptedButUnchanged(self) -> None:
        """A charge point that accepts and keeps the old value deviates; the answer stays."""
        site = siteWith(Keys(A="1"))
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Accepted", m.ChangeConfigurationConfirmation
        )
        (outcome,) = site.issue(c.ChangeConfiguration("A", "2"))
        assert isinstance(outcome, Answered)
        self.assertEqual(outcome.status, "Accepted")
        self.assertEqual(dict(outcome.outputs), {"Value": "1", "Kept": False})
        self.assertEqual(dict(site.record.deviations.byKind), {"B13": 1})
        self.assertEqual(text(site, "A"), "1")

    def test_readBackThatFails(self) -> None:
        """A change that was accepted stays a success when the key cannot be read."""
        site = readySite()
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Accepted", m.ChangeConfigurationConfirmation
        )
        for failing in (refusing("GenericError"), lambda _: AnswerInvalid("?")):
            site.caller.script[m.GetConfigurationRequest] = failing
            self.assertEqual(site.issue(c.ChangeConfiguration("A", "2")), [Answered("Accepted")])

    def test_readBackThatTakesLong(self) -> None:
        """The answer is given in time; the point follows when the charge point tells it."""
        site = siteWith(Keys(A="1"))
        del site.caller.script[m.GetConfigurationRequest]
        outcomes = site.issue(c.ChangeConfiguration("A", "2"), deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(outcomes, [Answered("Accepted")])
        read = site.caller.sent[-1]
        read.end(Keys(A="2").get(read.request))
        self.assertEqual(text(site, "A"), "2")


def _booleans() -> Iterator[str]:
    yield from ("true", "True", "TRUE", "false", "False", "FALSE")


class ValueTests(SynchronousTestCase):
    """What counts as the same value."""

    def test_B10_sameValues(self) -> None:
        """Blanks, quotes, case of booleans, leading zeros and order of items do not differ."""
        for wanted, reported in (
            ("true", " TRUE "),
            ("30", "030"),
            ("-5", "-5"),
            ("Voltage,SoC", "SoC, Voltage"),
            ("Voltage,SoC", '"Voltage","SoC"'),
            ("x", "X"),
            ("", ""),
            ("", None),
        ):
            self.assertTrue(same(wanted, reported), (wanted, reported))

    def test_differentValues(self) -> None:
        """Everything else differs."""
        for wanted, reported in (
            ("true", "false"),
            ("true", "1"),
            ("30", "31"),
            ("Voltage", "Voltage,SoC"),
            ("x", None),
            ("1", "1.5"),
        ):
            self.assertFalse(same(wanted, reported), (wanted, reported))

    @given(st.text())
    def test_everyTextIsItself(self, value: str) -> None:
        """Whatever a charge point reports is the same as itself."""
        self.assertTrue(same(value, value))

    @given(st.sampled_from(list(_booleans())), st.sampled_from(list(_booleans())))
    def test_B9_booleansInTheirSpelling(self, wanted: str, reported: str) -> None:
        """A boolean keeps its meaning and takes on the reported spelling."""
        spelled = spelledLike(wanted, reported)
        self.assertEqual(spelled.lower(), wanted.lower())
        for form in (str.lower, str.upper, str.title):
            if form(reported) == reported:
                self.assertEqual(spelled, form(spelled))

    def test_othersStayAsTheyAre(self) -> None:
        """What is not a boolean, or has no model, is sent as it was given."""
        for wanted, reported in (("5", "TRUE"), ("true", "on"), ("True", None)):
            self.assertEqual(spelledLike(wanted, reported), wanted)


class FactTests(SynchronousTestCase):
    """What is written down."""

    def test_changesAreReported(self) -> None:
        """Each read after a change is a ConfigurationReported of that key alone."""
        site = siteWith(Keys(A="1", B="2"))
        site.issue(c.ChangeConfiguration("A", "5"))
        (fact,) = site.facts(f.ConfigurationReported)
        self.assertEqual([point.key for point in fact.points], ["A"])
        self.assertFalse(fact.complete)
