"""For authors of runners, stores and reports: the suites that every one of them passes.

Needs pytest, which the gate itself does not. Subclass a contract in a test module of your own:

    from gate.testing import Behaviour, Case, RunnerContract

    class TestMyRunner(RunnerContract):
        def case(self, behaviour, place):
            return Case(...)

`pytest.register_assert_rewrite("gate.testing")` in a conftest.py, before the first import from
here, shows the values where a contract does not hold.
"""

from gate.testing.fake_program import Behaviour, Fake, write_fake
from gate.testing.report_contract import ReportContract
from gate.testing.runner_contract import Case, RunnerContract, question
from gate.testing.store_contract import StoreContract
from gate.testing.syntax import Syntax

__all__ = [
    "Behaviour",
    "Case",
    "Fake",
    "ReportContract",
    "RunnerContract",
    "StoreContract",
    "Syntax",
    "question",
    "write_fake",
]
