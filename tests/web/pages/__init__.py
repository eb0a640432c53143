"""Tests of ``ocppgw.web.pages``."""
