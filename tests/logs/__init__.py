"""Tests of `ocppgw.logs`."""
