"""For authors of runners, stores and reports: the suites that every one of them passes.

Needs pytest, which the gate itself does not. Subclass a contract in a test module of your own:

    from gate.testing.runner_contract import Case, RunnerContract

    class TestMyRunner(RunnerContract):
        def case(self, behaviour, place):
            return Case(...)

`pytest.register_assert_rewrite("gate.testing")` in a conftest.py shows the values of a failed one.
"""
