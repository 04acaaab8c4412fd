"""What budgets name of each other: services, and the budget that another one observes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gate.spec.files import Files
from gate.spec.heads import Head
from gate.spec.problems import Problem, known_hint


def service_of(files: Files, name: str) -> str:
    """The service of a budget: its own, else that of the budget which it observes; "" for none."""
    document = files.budgets[name]
    own, during = document.at(("service",)), document.at(("during",))
    if not own and isinstance(during, str) and during in files.budgets:
        own = files.budgets[during].at(("service",))
    return own if isinstance(own, str) else ""


def check_references(
    files: Files, services: Collection[str], heads: Mapping[str, Head]
) -> Iterator[Problem]:
    """Unknown services, and observers that observe nothing, themselves or each other."""
    for head in heads.values():
        document, file = head.document, head.file
        if file.service and file.service not in services:
            message = f"there is no service {file.service!r}"
            hint = known_hint(file.service, sorted(services), "services")
            yield document.problem(("service",), message, hint)
        if file.during:
            yield from _observed(files, head)
        elif head.observes:
            message = f"{head.producer.runner.name} measures while another budget loads"
            yield document.problem(("runner",), message, "name that budget: `during: api`")


def _observed(files: Files, head: Head) -> Iterator[Problem]:
    document, observed = head.document, head.file.during
    if observed not in files.budgets:
        hint = known_hint(observed, sorted(files.budgets), "budgets")
        yield document.problem(("during",), f"there is no budget {observed!r}", hint)
        return
    if observed == head.name:
        yield document.problem(("during",), "a budget cannot observe itself")
        return
    if files.budgets[observed].at(("during",)):
        message = f"the budget {observed!r} observes another one itself"
        yield document.problem(("during",), message, "name the budget that loads")
    if not hasattr(head.producer.runner, "observe"):
        message = f"{head.producer.runner.name} loads by itself and cannot observe"
        yield document.problem(("during",), message, "remove `during:`")
    if head.file.repeat is not None:
        message = f"it is measured as often as the budget {observed!r}, which it observes"
        yield document.problem(("repeat",), message, "remove `repeat:`", key=True)
    service = service_of(files, observed)
    if head.file.service and head.file.service != service:
        message = f"the budget {observed!r}, which it observes, uses another service"
        yield document.problem(("service",), message, "remove `service:`")
