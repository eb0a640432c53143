"""
OCPP 1.6 as ``ocppgw.v16`` declares it: messages, words with their numbers, configuration keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docs.tables.writing import literal, plain, section, table
from ocppgw.ocppj.errorcodes import ERROR_CODES as CALL_ERRORS
from ocppgw.v16.actions import ACTIONS, Action
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS, KeyInfo
from ocppgw.v16.enumeration import Enumeration
from ocppgw.v16.states import ERROR_CODES, OLDER_STATUSES, REASONS, STATUSES, UNKNOWN

ACCESS = {"R": "read", "RW": "read, write", "W": "write"}

_OLDER = tuple(OLDER_STATUSES.items())


def fromChargePoint() -> str:
    """What a charge point may ask."""
    return _actions(each for each in ACTIONS.values() if each.fromChargePoint)


def fromGateway() -> str:
    """What the gateway asks."""
    return _actions(each for each in ACTIONS.values() if each.fromCentralSystem)


def _actions(actions: Iterable[Action]) -> str:
    rows = ((literal(each.name), each.profile) for each in actions)
    return table((60, 40), ("Message", "Profile"), rows)


def statuses() -> str:
    """The states of a connector and their StatusNumbers."""
    foreign = "A word that OCPP does not know; Status shows it and is Uncertain."
    rows = [
        *_words(STATUSES),
        *((literal(word), "2 or 3", plain(text)) for word, text in _OLDER),
        (plain(UNKNOWN), "0", plain(foreign)),
    ]
    return table((25, 15, 60), ("Status", "StatusNumber", "Meaning"), rows)


def errorCodes() -> str:
    """What may be wrong at a connector, with ErrorNumbers."""
    return table((30, 15, 55), ("ErrorCode", "ErrorNumber", "Meaning"), _words(ERROR_CODES))


def _words(vocabulary: Enumeration) -> list[tuple[str, str, str]]:
    return [
        (literal(name), str(word.number), plain(word.text))
        for name, word in vocabulary.words.items()
    ]


def stopReasons() -> str:
    """Why a transaction ended."""
    rows = ((literal(name), plain(word.text)) for name, word in REASONS.words.items())
    return table((30, 70), ("StopReason", "Meaning"), rows)


def callErrors() -> str:
    """The error codes of OCPP-J."""
    return _texts("Code", CALL_ERRORS)


def _texts(head: str, texts: Mapping[str, str]) -> str:
    rows = ((literal(name), plain(text)) for name, text in texts.items())
    return table((40, 60), (head, "Meaning"), rows)


def configurationKeys() -> str:
    """The keys of the standard, a section for each profile."""
    profiles = dict.fromkeys(info.profile for info in CONFIGURATION_KEYS.values())
    return "\n".join(map(_profile, profiles))


def _profile(profile: str) -> str:
    rows = (_key(info) for info in CONFIGURATION_KEYS.values() if info.profile == profile)
    header = ("Key", "DataType", "Access", "Meaning")
    return section(profile, "-", table((34, 12, 14, 40), header, rows))


def _key(info: KeyInfo) -> tuple[str, str, str, str]:
    unit = f", {plain(info.unit)}" if info.unit else ""
    listed = " A list with commas." if info.isList else ""
    return (
        literal(info.key),
        info.type + unit,
        ACCESS[info.access],
        plain(info.text) + listed,
    )
