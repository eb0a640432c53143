"""
The OPC UA services (OPC 10000-4), one module per service set.

A service takes a decoded request and returns a response, returns `LATER` and
answers the exchange itself when it can, or raises `Fault`.
"""
