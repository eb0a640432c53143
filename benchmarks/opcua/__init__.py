"""The OPC UA half: our server and three others, the same nodes and the same requests."""
