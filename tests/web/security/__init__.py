"""Tests of ``ocppgw.web.security``."""
