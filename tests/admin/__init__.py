"""Tests of `ocppgw.admin`."""
