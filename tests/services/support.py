"""Services made of the small servers beside this file."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from gate.services import Service

SERVERS = Path(__file__).with_name("servers.py")


def service(kind: str, **fields: Any) -> Service:  # the fields of a service
    given: dict[str, Any] = {
        "name": "shop",
        "command": (sys.executable, str(SERVERS), kind, "{port}"),
        "ready": "http://127.0.0.1:{port}/healthz",
        "exports": (("SHOP_URL", "http://127.0.0.1:{port}"),),
        "timeout": 20.0,
        "grace": 0.3,
    }
    return Service(**{**given, **fields})


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])
