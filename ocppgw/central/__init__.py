"""
The OCPP Central System: what speaks with charge points.

Twisted and Autobahn live here, OPC UA and the database do not.  All of it runs on the reactor
thread.  On the way of a message, from the socket inward:

- `listening`, `transport`, `wires`, `handshake`, `page` -- ports, WebSockets, the page
- `identity`, `subprotocol`, `onboarding`, `refusals` -- who calls in, and whether it may
- `approach`, `authenticating`, `hashing`, `rates`, `linkpasswords`, ``tls`` -- who it really is
- `connections`, `links`, `link`, `liveness`, `asking` -- what is open, and our Calls over it
- `turns`, `answering`, `responders` -- the Calls of charge points, in order, and their answers
- `authorizing`, `idtagbook`, `deviating`, `health`, `ageing`, `pulse` -- what the answers need,
  and what is noted beside them
- `recording` -- the one way of writing

Outward: `outgoing` with `commanding`, `startup`, `settling`, `polling` -- what we begin at charge
points; `administration` -- requests to the gateway itself.  `centralsystem` puts all together.
"""
