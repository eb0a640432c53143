"""
The tests of ocppgw: folders mirror the packages; ``endToEnd`` holds those on real sockets.

Hypothesis runs without deadlines, because no test asserts a time, and derandomised,
because a run in CI has to mean the same thing twice.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ocppgw",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ocppgw")
