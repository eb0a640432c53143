"""
What to do about each warning and error of the log.

A test compares the messages with those in the source: one that is new wants its sentence here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docs.tables.writing import literal, table

_OURS = "A mistake of the gateway; it goes on. Send a support bundle to whoever maintains it."

_STORE = "See the file and the remedy in the message, and ``ocppgw-admin check``."

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "ocppgw cannot start: {why}": "As it says; ``ocppgw-admin check`` tells more.",
        "ocppgw cannot start, by a mistake of its own": "Send a support bundle to whoever "
        "maintains it; the release before may start.",
        "No console: {why}; --web gives another port": "Another program has the console's port: "
        "stop it, or name another one.",
        "No simulated charge points: no listener is open without a password": "``--demo`` needs a "
        "plain listener: add one, or leave the demo out.",
        "{peer} could not be written to": _OURS,
        "A restart is needed for: {what}": "The file says something that can only change at a "
        "restart: restart when it suits, or take it back.",
        "The configuration was not read again, nothing changed: {why}": "Mend what the message "
        "names, try ``--check-config``, then send SIGHUP again.",
        "User {user!r} of the store is passed over: the file has one": "Remove one of the two.",
        "User {user!r} of the store is damaged and cannot come in": "``ocppgw-passwd "
        "remove NAME``, then ``add`` the user again.",
        "The users of the store could not be looked at": _OURS,
        "{identity} keeps its node name {kept!r}, although the file says {wanted!r}: to rename it "
        "call RemoveChargePoint while it is not connected, then restart": "As it says; screens "
        "that use the old name have to change, too.",
        "Store failed: {status}": f"{_STORE} Charge points keep what is not answered.",
        "{node}: {action} stays without an answer, because the store failed: {why}": f"{_STORE} "
        "The charge point repeats it.",
        "{node}: {facts} were kept although the disk reported a failure": "Nothing is lost; look "
        "after the disk.",
        "{count} notes were dropped unsaved while the store failed": "Statuses and the like of "
        "that time are missing from the history; transactions are not.",
        "{count} notes could not be saved before the end": "The disk failed at the stop: statuses "
        "of the last moments are missing. Look after the disk.",
        "Nothing is cleaned up for now: the clock says {now}, while it was {known} before; it is "
        "believed if it stays so for a week": "Set the clock (NTP).",
        "The password of {node} changed, which could not be kept: {why}": "Mend the store, then "
        "give the charge point a new password: ``ocppgw-charge-point set-password``.",
        "Certificates were not taken over: {why}": "The old ones stay in use. Put files in place "
        "that fit each other, then send SIGHUP.",
        "The certificate {file} {fault}": "Do what it says before charge points refuse it.",
        "{endpoint} shows certificates that sign themselves: replace them soon": "Most charge "
        "points refuse them: name real ones in the listener's table.",
        "The OPC UA certificate ends at {end}": "The site's own certificate is not renewed by the "
        "gateway: put a new one into ``STATE/pki/own``.",
        "The certificate of the console ends at {end}": "Put a new one in its place, then send "
        "SIGHUP.",
        "The OPC UA certificate could not be looked at": "See the message; ``ocppgw-admin check`` "
        "looks over the files in ``STATE/pki/own``.",
        "{folder} could not be read: {error}": "Give the gateway's user the right to read it.",
        "{path} could not be written: {error}": "Give the gateway's user the right to write it, or "
        "make room.",
        "{path} is passed over: {error}": "The file is no certificate or list: take it out of the "
        "folder, or put a good one in its place.",
        "OPC UA {what} of {peer} refused: {why}; {more} more since the last line": "Somebody tried "
        "what he may not, or his client is set up wrongly: :doc:`security`.",
        "Security event {securityEvent}. Turned away {target!r} from {address}: {reason}; {more} "
        "more since the last line": "A charge point with a wrong password or certificate, or "
        "somebody who is none: :doc:`chargepointsecurity`.",
        "Console log-in of {user!r} from {host} refused: {why}": "The same in the console. Many of "
        "them are somebody who guesses: look who it is.",
        "The OPC UA thread did not end within {bound} s": "The process ends all the same.",
        "A part did not stop within {bound} s: it is left behind": "Most likely a disk hangs: look "
        "after it before the next start.",
        "The gateway did not stop within {bound} s: it is cut short": "The same. What was answered "
        "is on disk; ``ocppgw-admin check`` before the next start.",
        "The threads stay where they are: {why}": "It works all the same, for more CPU time: the "
        "system forbids ``sched_setaffinity``. Allow it, or set ``gateway.oneCpu`` to false.",
        "The OPC UA thread does not answer; the watchdog will end the process": "The service is "
        "restarted by itself. Send a support bundle.",
        "The supervisor cannot be told {text!r}: {why}": "The unit is to be ``Type=notify``, and "
        "the socket in ``NOTIFY_SOCKET`` reachable.",
        "The certificates of OPC UA clients could not be looked at": "Give the gateway's user the "
        "right to read ``STATE/pki``; ``ocppgw-admin check`` names files with other rights.",
        "A question to the past failed": f"{_STORE} The client may ask again.",
        "What is done every {interval} s failed": _OURS,
        "The configuration could not be read again": _OURS,
    }
)
"""The message as it stands in the source, and what to do."""

MISTAKES: frozenset[str] = frozenset(
    {
        "A gateway request failed",
        "A message of {peer} met a mistake of ours",
        "A page of the console failed",
        "A part did not stop cleanly",
        "A piece of work in turns failed",
        "Subscription {id} did not end well",
        "Monitored item {id} was not forgotten",
        "A password could not be checked",
        "A caller could not be checked, by our mistake",
        "A request could not be answered",
        "An export ended in its midst",
        "An import of id tags failed",
        "An observer of the registry failed",
        "An observer of {fact} failed",
        "An operation of the API failed",
        "Answering {action} of {node} failed",
        "Going on after a commit failed",
        "{node} could not be answered",
        "Command {name} failed",
        "Deciding about a certificate failed",
        "Event of {happening} could not be told",
        "Facts of {node} cannot be kept",
        "All values of {trunk} are made anew",
        "No value of {nodeId}",
        "On the OPC UA thread: {message}",
        "Outcome of {request} could not be used",
        "Polling of {node} failed",
        "Request {name} failed",
        "Request {typeId} failed",
        "Response could not be encoded",
        "The OPC UA server did not stop cleanly",
        "The OPC UA thread cannot be asked for a sign of life",
        "The start-up of {node} failed",
        "Value {value} could not be encoded",
        "What {peer} sent last could not be dealt with",
    }
)
"""Messages that only tell of a mistake of ours."""


def logMessages() -> str:
    """The table of messages that need an action."""
    rows = [(literal(message), action) for message, action in sorted(ACTIONS.items())]
    return table((1, 1), ("Message", "What to do"), rows)


def logMistakes() -> str:
    """The table of messages that only maintainers understand."""
    rows = [(literal(message), _OURS) for message in sorted(MISTAKES)]
    return table((1, 1), ("Message", "What to do"), rows)
