"""Tests of ``ocppgw.config``."""
