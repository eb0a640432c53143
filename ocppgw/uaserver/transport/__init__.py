"""
OPC UA Connection Protocol and Secure Conversation (OPC 10000-6, 6.7 and 7.1):
from the bytes of a TCP connection to whole request messages, and back.

Knows nothing of services, sessions or nodes.
"""
