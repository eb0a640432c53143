"""
Connects as a client on another machine has to: encrypted, with a certificate, as a user.

    python secure.py [STATE] [opc.tcp://HOST:PORT/ocppgw/]

STATE is the gateway's state folder, from which it takes the gateway's certificate and the password
of the first start.  Its own certificate and key go to the folder ``client-pki``.  Needs the package
asyncua.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

from asyncua import Client
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.ua.uaerrors import UaError
from cryptography.x509.oid import ExtendedKeyUsageOID

URL = "opc.tcp://127.0.0.1:4840/ocppgw/"
OWN = Path("client-pki")
APPLICATION = f"urn:{socket.gethostname()}:example-client"


async def secureClient(state: Path, url: str) -> Client:
    """A client with a certificate of its own, made once, and the user of the first start."""
    OWN.mkdir(exist_ok=True)
    key, certificate = OWN / "key.pem", OWN / "certificate.der"
    await setup_self_signed_certificate(
        key,
        certificate,
        APPLICATION,
        socket.gethostname(),
        [ExtendedKeyUsageOID.CLIENT_AUTH],
        {"commonName": "example-client"},
    )
    client = Client(url)
    client.application_uri = APPLICATION
    await client.set_security(
        SecurityPolicyBasic256Sha256,
        str(certificate),
        str(key),
        server_certificate=str(state / "pki" / "own" / "certificate.der"),
    )
    client.set_user("engineer")
    client.set_password((state / "initial-password").read_text(encoding="utf-8").strip())
    return client


async def main() -> None:
    """Say which charge points there are."""
    state = Path(sys.argv[1] if len(sys.argv) > 1 else "ocppgw-state")
    client = await secureClient(state, sys.argv[2] if len(sys.argv) > 2 else URL)
    try:
        async with client:
            for each in await client.get_node("ns=2;s=/ChargePoints").get_children():
                print(each.nodeid.Identifier)
    except UaError as error:
        sys.exit(f"refused: {error}")


if __name__ == "__main__":
    asyncio.run(main())
