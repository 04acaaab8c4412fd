"""One running service: started on free ports, ready, ours, and gone when its context ends."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.process import tree
from gate.seams.service import Service
from gate.services.address import Address, AddressError, read_address, refusal
from gate.services.knock import Answer, knock, somebody_listens
from gate.services.model import Down
from gate.services.owner import held_by_other
from gate.services.place import folder_of
from gate.services.ports import Ports, free_ports
from gate.services.words import last_words

Say = Callable[[str], None]

_POLL = 0.05
_KNOCK = 2.0
_LEAST_KNOCK = 0.5  # a knock cut shorter says nothing about what it found before
_PORT_TAKEN = re.compile(
    r"address (is )?already in use|EADDRINUSE|only one usage of each", re.IGNORECASE
)


class Up:
    """A service that answers and is ours. `exports` are for the budgets that use it."""

    def __init__(
        self, service: Service, address: Address | None, child: process.Running | None
    ) -> None:
        """Take over what was started; `child` is None for an external service."""
        self.exports: Mapping[str, str] = dict(service.exports)
        self._service = service
        self._address = address
        self._child = child

    def check(self) -> Reason | None:
        """Why the service is no longer the one that was started; None where all is well."""
        if self._child is not None:
            return None if self._child.alive else _died(self._service, self._child, "meanwhile")
        if self._address is not None and not somebody_listens(self._address):
            return _failed(self._service, f"nothing answers at {self._address.url} any more")
        return None

    @property
    def last_words(self) -> str:
        """The end of what it wrote, for messages: at most 600 characters."""
        return last_words(self._child) if self._child else ""


@contextlib.contextmanager
def running(
    service: Service, root: Path, env: Mapping[str, str], *, say: Say = lambda _: None
) -> Iterator[Up | Down]:
    """Start a service of the tree `root` and yield it `Up`, or `Down` with the reason.

    `env` is the child's whole environment; the service's own values go over it. A port that
    somebody else took at the last moment is tried once more with new ones.
    """
    with contextlib.ExitStack() as kept:
        outcome = _bring_up(service, root, env, kept, say)
        if isinstance(outcome, _LostPort):
            outcome = _bring_up(service, root, env, kept, say)
        yield outcome.down if isinstance(outcome, _LostPort) else outcome


class _LostPort:
    """Down, perhaps only because somebody took the port between our look and our start."""

    def __init__(self, down: Down) -> None:
        self.down = down


def _bring_up(
    service: Service, root: Path, env: Mapping[str, str], kept: contextlib.ExitStack, say: Say
) -> Up | Down | _LostPort:
    why = refusal(service)
    if why:
        return Down(_failed(service, why))
    if not service.command:
        return _external(service)
    folder = folder_of(service, root)
    if folder is None:
        return Down(_failed(service, f"`cwd:` {service.cwd} is no folder of the tree"))
    with contextlib.ExitStack() as trial:
        ports = trial.enter_context(free_ports(service))
        outcome = _start(ports.fill(service), ports, folder, env, trial, say)
        if isinstance(outcome, Up):
            kept.push(trial.pop_all())
        return outcome


def _external(service: Service) -> Up | Down:
    if not service.ready:
        return Up(service, None, None)  # only prepared: there is nothing to start
    try:
        address = read_address(service.ready)
    except AddressError as error:
        return Down(_failed(service, str(error)))
    answer = _wait(service, address, lambda: True)
    if answer.ready:
        return Up(service, address, None)
    detail = f"it has no `command:` and at {address.url} came {answer.said}"
    return Down(_failed(service, detail))


def _start(
    service: Service,
    ports: Ports,
    folder: Path,
    env: Mapping[str, str],
    trial: contextlib.ExitStack,
    say: Say,
) -> Up | Down | _LostPort:
    try:
        address = read_address(service.ready)
    except AddressError as error:
        return Down(_failed(service, str(error)))
    if somebody_listens(address):
        return Down(_foreign(service, address))
    ports.let_go()
    child = process.start(
        service.command,
        cwd=folder,
        env={**env, **dict(service.env)},
        stop=service.stop,
        grace=service.grace,
    )
    if isinstance(child, process.NotStarted):
        return Down(_failed(service, f"{service.command[0]} could not be started: {child.why}"))
    trial.enter_context(child)
    say(f"{service.name}: started, waiting for {address.url}")
    answer = _wait(service, address, lambda: child.alive)
    return _settle(service, address, child, answer, ports)


def _settle(
    service: Service, address: Address, child: process.Running, answer: Answer, ports: Ports
) -> Up | Down | _LostPort:
    ours = frozenset(tree.family(child.mark, child.pid))
    theirs = bool(answer.peer) and held_by_other(answer.peer, address.port, ours)
    if theirs:
        down = Down(_foreign(service, address))
        return _LostPort(down) if ports.numbers else down
    if not child.alive:
        down = Down(_died(service, child, "before it was ready"))
        taken = ports.numbers and _PORT_TAKEN.search(last_words(child))
        return _LostPort(down) if taken else down
    if answer.ready:
        return Up(service, address, child)
    detail = (
        f"not ready within {service.timeout:g} s: at {address.url} came {answer.said}"
        f"{_quoted(last_words(child))}"
    )
    return Down(_failed(service, detail))


def _wait(service: Service, address: Address, alive: Callable[[], bool]) -> Answer:
    """Ask until it is ready, dead or late; returns the last answer."""
    deadline = time.monotonic() + service.timeout
    answer = Answer(ready=False, said="no answer")
    while alive() and (left := deadline - time.monotonic()) > 0:
        answer = knock(address, timeout=min(_KNOCK, max(left, _LEAST_KNOCK)))
        if answer.ready:
            break
        time.sleep(min(_POLL, max(0.0, deadline - time.monotonic())))
    return answer


def _died(service: Service, child: process.Running, when: str) -> Reason:
    return _failed(service, f"it ended with code {child.code} {when}{_quoted(last_words(child))}")


def _quoted(words: str) -> str:
    return f"; it said: {words}" if words else "; it said nothing"


def _failed(service: Service, detail: str) -> Reason:
    return because(Code.SERVICE_FAILED, service=service.name, detail=detail)


def _foreign(service: Service, address: Address) -> Reason:
    return because(
        Code.SERVICE_FOREIGN,
        service=service.name,
        url=address.url,
        remedy="end that server, or let the service take a free port with {port}",
    )
