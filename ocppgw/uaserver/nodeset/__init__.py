"""
Our namespace as a NodeSet2 file (OPC 10000-6, F), for servers and tools that
import types.

Made of the layout's declarations, never by hand: ``make nodeset``.
"""
