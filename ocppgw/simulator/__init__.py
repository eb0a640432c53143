"""
A working OCPP 1.6-J charge point, for tests, demonstrations and load.

What belongs here behaves like a charge point towards a Central System.  It knows the protocol
(`ocppj`, `v16`) and nothing of the gateway.  Everything runs on the reactor thread; time,
randomness and the connection are parameters, so that a run can be repeated.
"""
