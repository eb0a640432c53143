"""
OPC UA Binary (OPC 10000-6, 5.2) for the library's data classes.

Driven by the field declarations of the library's classes, compiled once per
class.  The library's own functions are not used: they trust lengths that a
peer sends and cost three to five times as much.  Pure.
"""
