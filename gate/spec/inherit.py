"""What objectives inherit from the file's defaults, its own keys and the policy, where it fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gate.core.model import Amount, Drift, Tolerance
from gate.spec.bounds import Measure, WrongError, read_detect, read_tolerance
from gate.spec.drifts import read_drift, without_drift
from gate.spec.models import BudgetFile, DefaultsFile, ObjectiveFile
from gate.spec.yaml_marks import Path

_OF_FILE = ("owner", "why", "blocking")


@dataclass(slots=True)
class Inheritance:
    """The defaults of one budget file, and whether each fitted an objective at least once."""

    file: BudgetFile
    policy: DefaultsFile | None = None
    fitted: set[str] = field(default_factory=set)
    misfits: dict[str, WrongError] = field(default_factory=dict)

    def value(self, written: ObjectiveFile, key: str) -> Any:  # noqa: ANN401  # the key's own type
        """The value of a key: the objective's, else that of the nearest place which states it."""
        of_file = self.file if key in _OF_FILE else None
        for source in (written, self.file.defaults, of_file, self.policy):
            if source is not None and key in source.model_fields_set:
                return getattr(source, key)
        return ObjectiveFile.model_fields[key].default

    def tolerance(self, written: ObjectiveFile, measure: Measure, path: Path) -> Tolerance | None:
        """The objective's tolerance, or the nearest default that fits its unit.

        Raises `WrongError` for what the objective itself writes.
        """
        if "tolerance" in written.model_fields_set:
            own = written.tolerance
            return None if own == "none" else _tolerance(own, measure, (*path, "tolerance"))
        for default in self._stated("tolerance"):
            if default.tolerance == "none":
                self.fitted.add("tolerance")
                return None
            where = ("defaults", "tolerance")
            try:
                found = _tolerance(default.tolerance, measure, where)
            except WrongError as error:
                self._misfit("tolerance", default, error)
            else:
                self._fit("tolerance", default)
                return found
        return None

    def drift(self, written: ObjectiveFile, measure: Measure, path: Path) -> Drift | None:
        """The drift that stands in the objective's tolerance, or in the nearest that fits."""
        if "tolerance" in written.model_fields_set:
            return read_drift(written.tolerance, measure, (*path, "tolerance"))
        for default in self._stated("tolerance"):
            where = ("defaults", "tolerance")
            try:
                found = read_drift(default.tolerance, measure, where)
                _tolerance(default.tolerance, measure, where)
            except WrongError as error:
                self._misfit("tolerance", default, error)
            else:
                self._fit("tolerance", default)
                return found
        return None

    def detect(
        self, written: ObjectiveFile, measure: Measure, tolerance: Tolerance, path: Path
    ) -> Amount | None:
        """What the tolerance sets out to detect; None for the judge's own rule."""
        if "detect" in written.model_fields_set:
            return read_detect(written.detect, measure, tolerance, (*path, "detect"))
        for default in self._stated("detect"):
            try:
                found = read_detect(default.detect, measure, tolerance, ("defaults", "detect"))
            except WrongError as error:
                self._misfit("detect", default, error)
            else:
                self._fit("detect", default)
                return found
        return None

    def unfitting(self) -> list[WrongError]:
        """The file's own defaults that fit none of its objectives."""
        return [error for key, error in self.misfits.items() if key not in self.fitted]

    def _stated(self, key: str) -> list[DefaultsFile]:
        sources = (self.file.defaults, self.policy)
        return [s for s in sources if s is not None and key in s.model_fields_set]

    def _misfit(self, key: str, source: DefaultsFile, error: WrongError) -> None:
        if source is self.file.defaults:
            self.misfits.setdefault(key, error)

    def _fit(self, key: str, source: DefaultsFile) -> None:
        if source is self.file.defaults:
            self.fitted.add(key)


def _tolerance(written: Any, measure: Measure, path: Path) -> Tolerance | None:  # noqa: ANN401  # as written
    """A tolerance without the drift that may stand beside it, None where it stands alone."""
    rest = without_drift(written)
    return None if rest is None else read_tolerance(rest, measure, path)
