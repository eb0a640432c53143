"""Tests of ``ocppgw.access``."""
