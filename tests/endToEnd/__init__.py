"""
Whole gateways on real sockets: third-party clients on both sides, port 0, nothing pretended.
"""
