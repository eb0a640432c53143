"""Tests of ocppgw.uaserver.security."""
