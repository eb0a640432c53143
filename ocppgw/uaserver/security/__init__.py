"""
Application security (OPC 10000-4, 6.1; OPC 10000-6, 6.2 and 6.7; OPC 10000-7,
the SecurityPolicy profiles): certificates, who trusts them, and the policies
that channels and user tokens are protected with.

Knows neither sessions nor nodes.
"""
