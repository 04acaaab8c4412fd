"""Free ports for the placeholders `{port}` and `{port_NAME}` of a service."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gate.seams.service import Service

_PLACEHOLDER = re.compile(r"\{(port(?:_[A-Za-z0-9_]+)?)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports by placeholder name, held by bound sockets until they are let go."""

    numbers: tuple[tuple[str, int], ...]
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def let_go(self) -> None:
        """Free the ports for the service; from here on somebody else could take one."""
        self.held.close()

    def fill(self, service: Service) -> Service:
        """The service with its placeholders replaced; other braces stay as they are."""
        known = {name: str(number) for name, number in self.numbers}

        def put(text: str) -> str:
            return _PLACEHOLDER.sub(lambda found: known[found[1]], text)

        return replace(
            service,
            command=tuple(map(put, service.command)),
            ready=put(service.ready),
            env=tuple((name, put(value)) for name, value in service.env),
            exports=tuple((name, put(value)) for name, value in service.exports),
        )


@contextlib.contextmanager
def free_ports(service: Service) -> Iterator[Ports]:
    """Hold one free port for every placeholder that the service uses."""
    ports = Ports(())
    with ports.held:
        numbers = tuple((name, _hold(ports.held)) for name in placeholders(service))
        yield replace(ports, numbers=numbers)


def placeholders(service: Service) -> tuple[str, ...]:
    """The names of the ports that a service asks for, in order, each once."""
    texts = [*service.command, service.ready]
    texts += [value for _, value in (*service.env, *service.exports)]
    return tuple(dict.fromkeys(name for text in texts for name in _PLACEHOLDER.findall(text)))


def _hold(stack: contextlib.ExitStack) -> int:
    # Bound but not listening: nobody else is given the port, and nobody can connect to it.
    holder = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    holder.bind(("127.0.0.1", 0))
    return int(holder.getsockname()[1])
