"""Who comes in: ports, handshakes, credentials, and who is turned away."""
