"""Budgets as people write them become values: YAML with line marks, models, core values."""

from gate.spec.diff import loosened
from gate.spec.diff_scope import narrowed
from gate.spec.files import find_budgets
from gate.spec.load import load
from gate.spec.problems import Problem, SpecProblemsError
from gate.spec.redact import Secrets
from gate.spec.selectors import find_objectives
from gate.spec.values import Budget, Spec

__all__ = [
    "Budget",
    "Problem",
    "Secrets",
    "Spec",
    "SpecProblemsError",
    "find_budgets",
    "find_objectives",
    "load",
    "loosened",
    "narrowed",
]
