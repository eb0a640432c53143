"""Servers of others that do the same work; each runs in an environment of its own."""
