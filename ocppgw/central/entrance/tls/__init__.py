"""
TLS of the ports for charge points: certificates, contexts, and what is checked of a peer's.

Twisted, pyOpenSSL and ``cryptography`` live here; no WebSocket does.  Reactor thread.
"""
