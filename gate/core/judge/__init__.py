"""Judging: a run, the runs before it and a day become an outcome. Pure and deterministic."""

from gate.core.judge.asking import about_changes, is_question
from gate.core.judge.confirm import suspects
from gate.core.judge.drift import WINDOW as DRIFT_WINDOW
from gate.core.judge.outcome import judge
from gate.core.judge.tolerances import screens

__all__ = ["DRIFT_WINDOW", "about_changes", "is_question", "judge", "screens", "suspects"]
