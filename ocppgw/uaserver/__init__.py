"""
The OPC UA side: a server that answers from the registry.

Only this package imports the legacy ``opcua`` library.  Everything below runs
on one thread of its own (named ``opcua``); what other threads may call says so.
"""
