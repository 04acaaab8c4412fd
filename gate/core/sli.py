r"""The SLI grammar: statistic, metric, tags, read from text into one value and written back.

sli       = statistic "(" selector [ compare quantity ] ")" | selector ;
statistic = "mean" | "median" | "min" | "max" | "last" | "sum" | "count" | "rate" | "share"
          | "p" digits [ "." digits ] ;
selector  = metric [ "{" tag { "," tag } "}" ] ;
metric    = letter { letter | digit | "_" | "." | "/" | "-" } ;
tag       = key ":" value ;
key       = letter { letter | digit | "_" | "." | "-" } ;
value     = bare | '"' { any but '"' and "\" | '\"' | "\\" } '"' ;
bare      = ( letter | digit | "_" | "-" | "." | "/" ) { … } ;
compare   = ">" | ">=" | "<" | "<=" ;        (only with share)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from gate.core.units import Dimension, Quantity, UnitError, parse_quantity, show

STATISTICS = ("mean", "median", "min", "max", "last", "sum", "count", "rate", "share")
_QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,4})?)", re.ASCII)
_METRIC = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*", re.ASCII)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_SHOWN_EXACTLY = 1e15
_COMPARE = re.compile(r">=|<=|>|<")


class SliError(ValueError):
    """An SLI that cannot be read: what was expected and the column (from 0) in the text."""

    def __init__(self, message: str, column: int) -> None:
        """Keep the column beside the message."""
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Beyond:
    """The bound inside `share(query_duration > 200 ms)`."""

    compare: str
    quantity: Quantity

    def holds(self, value: float) -> bool:
        """Whether a value counts as beyond."""
        bound = self.quantity.value
        if self.compare.startswith(">"):
            return value > bound or (value == bound and self.compare == ">=")
        return value < bound or (value == bound and self.compare == "<=")


@dataclass(frozen=True, slots=True)
class Sli:
    """What is measured: a statistic of a metric under tags. `statistic` "" is the metric's own."""

    metric: str
    statistic: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    beyond: Beyond | None = None

    def __post_init__(self) -> None:
        """Hold the tags in order and `p95.0` as `p95`, so that equal SLIs are equal values."""
        object.__setattr__(self, "tags", tuple(sorted(self.tags)))
        if _QUANTILE.fullmatch(self.statistic):
            whole, _, part = self.statistic[1:].partition(".")
            digits = f"{int(whole)}.{part.rstrip('0')}".rstrip(".")
            object.__setattr__(self, "statistic", f"p{digits}")

    @property
    def selector(self) -> str:
        """The metric with its tags, in canonical form."""
        if not self.tags:
            return self.metric
        return f"{self.metric}{{{','.join(f'{k}:{_tag_value(v)}' for k, v in self.tags)}}}"

    def __str__(self) -> str:
        """Write the canonical form, which parses back to the same value."""
        inside = self.selector
        if self.beyond is not None:
            amount = show_exact(self.beyond.quantity)
            inside = f"{inside} {self.beyond.compare} {amount}"
        return f"{self.statistic}({inside})" if self.statistic else inside

    def tag(self, key: str) -> str | None:
        """The value of one tag, None where the SLI does not name it."""
        return dict(self.tags).get(key)

    def with_tag(self, key: str, value: str) -> Sli:
        """The same SLI with one tag set."""
        return replace(self, tags=tuple({**dict(self.tags), key: value}.items()))

    def with_statistic(self, statistic: str) -> Sli:
        """The same SLI with its statistic named."""
        return replace(self, statistic=statistic)


def show_exact(quantity: Quantity) -> str:
    """Write a quantity so that it reads back as the same value."""
    text = show(quantity.value, quantity.dimension)
    if abs(quantity.value) < _SHOWN_EXACTLY and parse_quantity(text) == quantity:
        return text
    if quantity.dimension is Dimension.SHARE:
        return f"{_hundredfold(quantity.value)} %"
    base = {Dimension.TIME: " s", Dimension.SIZE: " B", Dimension.RATE: " /s"}
    return f"{quantity.value!r}{base.get(quantity.dimension, '')}"


def _hundredfold(value: float) -> str:
    """The decimal digits of the value times 100; a float's own product would round once more."""
    digits, _, exponent = repr(value).partition("e")
    whole, _, part = digits.partition(".")
    part = part.ljust(2, "0")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    text = f"{sign}{f'{whole}{part[:2]}'.lstrip('0') or '0'}.{part[2:]}".rstrip(".")
    return f"{text}e{exponent}" if exponent else text


def quantile_of(statistic: str) -> float | None:
    """The quantile in 0..1 that `p95` or `median` stands for, None for other statistics."""
    if statistic == "median":
        return 0.5
    match = _QUANTILE.fullmatch(statistic)
    return float(match[1]) / 100 if match else None


def parse_sli(text: str) -> Sli:
    """Read an SLI; raise `SliError` with the column where reading stopped."""
    return _Reader(text).read()


def _tag_value(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """A cursor over the text; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> Sli:
        word = self.match(_METRIC, "a statistic such as p95 or a metric name")
        sli = Sli(word, tags=self.tags()) if not self.accept("(") else self.inside(word)
        if self.rest():
            self.fail("nothing more after the SLI")
        return sli

    def inside(self, statistic: str) -> Sli:
        if statistic not in STATISTICS and quantile_of(statistic) is None:
            self.at = 0
            self.fail(f"a statistic ({', '.join(STATISTICS)}, pNN), not {statistic!r}")
        metric = self.match(_METRIC, "a metric name")
        sli = Sli(metric, statistic, self.tags(), self.beyond(statistic))
        if not self.accept(")"):
            self.fail("')'")
        return sli

    def tags(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        if not self.accept("{"):
            return ()
        while True:
            start = self.at
            key = self.match(_KEY, "a tag name")
            if key in found:
                self.at = start
                self.fail(f"each tag once; {key!r} is named twice")
            if not self.accept(":"):
                self.fail("':' and the value of the tag")
            found[key] = self.value()
            if self.accept("}"):
                return tuple(found.items())
            if not self.accept(","):
                self.fail("',' or '}'; quote a value with other characters: {name:\"GET /a b\"}")

    def value(self) -> str:
        if self.peek() == '"':
            quoted = self.match(_QUOTED, "a closing quote")
            return re.sub(r"\\(.)", r"\1", quoted[1:-1])
        return self.match(_BARE, "a tag value (quote other characters than letters, digits, _-./)")

    def beyond(self, statistic: str) -> Beyond | None:
        self.skip()
        start, compare = self.at, _COMPARE.match(self.text, self.at)
        if compare is None:
            if statistic == "share":
                self.fail("a bound, as in share(query_duration > 200 ms)")
            return None
        if statistic != "share":
            self.fail(f"no bound in {statistic}(…); only share(…) takes one")
        end = self.text.find(")", compare.end())
        end = len(self.text) if end < 0 else end
        try:
            quantity = parse_quantity(self.text[compare.end() : end])
        except UnitError as error:
            raise SliError(str(error), start) from None
        self.at = end
        return Beyond(compare[0], quantity)

    def match(self, pattern: re.Pattern[str], expected: str) -> str:
        self.skip()
        found = pattern.match(self.text, self.at)
        if found is None:
            self.fail(expected)
        self.at = found.end()
        return found[0]

    def accept(self, mark: str) -> bool:
        if self.peek() != mark:
            return False
        self.at += len(mark)
        return True

    def peek(self) -> str:
        self.skip()
        return self.text[self.at : self.at + 1]

    def rest(self) -> str:
        self.skip()
        return self.text[self.at :]

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1

    def fail(self, expected: str) -> NoReturn:
        came = repr(self.text[self.at : self.at + 20]) if self.text[self.at :] else "the end"
        msg = f"expected {expected}, got {came} at column {self.at + 1} of {self.text!r}"
        raise SliError(msg, self.at)
