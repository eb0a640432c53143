"""
The parts put together: one process, started and stopped in the right order.

Only this package and the command lines above it know all the others.
"""
