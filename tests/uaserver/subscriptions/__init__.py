"""Tests of `ocppgw.uaserver.subscriptions`."""
