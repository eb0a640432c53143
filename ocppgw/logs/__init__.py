"""
The log as it is written: lines, levels, repeats, and where they go.

What is worth saying is decided where it happens; here is only how it is said.  Nothing here knows
a charge point or a client.
"""
