"""Plain sockets to the service, and a request that is right: tests spoil it."""

import json
import socket
from typing import Any

ROW = {"sent": "2024-05-01T12:00:00", "size": 10.0, "weight": 2.5, "visits": 3, "express": True, "colour": "red"}
BODY = json.dumps({"rows": [ROW]}).encode()
START = b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
WHOLE = START + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
PATIENCE = 60


def answer(connection: socket.socket) -> bytes:
    """Return everything until the server closes."""
    received = b""
    while chunk := connection.recv(2**16):
        received += chunk
    return received


def sent_until_closed(connection: socket.socket, part: bytes, most: int) -> int:
    """Send the same again and again, and return how often that worked."""
    for count in range(most):
        try:
            connection.sendall(part)
        except OSError:
            return count
    return most


def connected(served: Any) -> socket.socket:
    """Return a connection to the server."""
    return socket.create_connection(("127.0.0.1", served.port), PATIENCE)
