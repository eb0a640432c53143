"""The OPC UA side, without sockets but for `test_server`."""
