"""
The OCPP Central System: what speaks with charge points.

Twisted and Autobahn live here, OPC UA and the database do not.  All of it runs on the reactor
thread.  The transport moves text; what a message means is decided in ``responders``.
"""
