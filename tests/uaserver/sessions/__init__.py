"""Tests of `ocppgw.uaserver.sessions`."""
