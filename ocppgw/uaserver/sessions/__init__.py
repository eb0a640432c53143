"""
Who is there: OPC UA sessions, their life, and the users behind them.

Knows channels, but no service that works on nodes.
"""
