"""
Under which key a reading is kept and shown.
"""

from __future__ import annotations

from functools import lru_cache

from ocppgw.model.records import MeterKey
from ocppgw.v16.metering import MEASURANDS
from ocppgw.v16.readings import USUAL

SIGNED = "SignedData."
VENDOR = "Vendor."


def shownKey(key: MeterKey, signed: bool) -> MeterKey:
    """
    The key under which a reading is kept.

    Signed data never shares a key with a number (M10), and a measurand that is not in the
    specification never looks like one that is.
    """
    isLong = len(key.measurand) + len(key.phase) + len(key.location) > USUAL
    return (_shownKey if isLong else _knownKey)(key, signed)


def _shownKey(key: MeterKey, signed: bool) -> MeterKey:
    name = key.measurand
    if signed:
        prefix = "" if name.startswith(SIGNED) else SIGNED
    else:
        prefix = "" if name in MEASURANDS.words or name.startswith(VENDOR) else VENDOR
    return key._replace(measurand=prefix + name) if prefix else key


_knownKey = lru_cache(maxsize=2048)(_shownKey)
