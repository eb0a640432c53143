"""Tests of ``ocppgw.web``."""
