"""The page's own promises that need no browser: its size, its policy, its colours."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import replace

import pytest

from gate.core.verdict import Outcome, Seen, Then
from gate.reports.html import REPORT
from gate.testing.sample_outcomes import large_outcome, mixed_outcome

_MOST = 1_500_000
_TONES = ("fail", "missing", "undecided", "warn", "pass")


def crowded(rows: int = 500) -> Outcome:
    """As much as one page has to hold: every row failing, with 40 units a side and 30 runs."""
    whole = large_outcome(rows)
    values = tuple(0.2 + 0.00137 * i for i in range(40))
    trend = tuple(Then(f"2026-10-{i:02}T09:30:00Z", "a" * 12, 0.2 + i / 500) for i in range(1, 31))
    seen = Seen(values, values, trend)
    return replace(whole, rows=tuple(replace(row, seen=seen) for row in whole.rows))


def test_five_hundred_objectives_fit() -> None:
    assert len(REPORT.render(crowded()).encode()) < _MOST


def test_the_policy_holds_the_digests_of_what_is_inside() -> None:
    page = REPORT.render(mixed_outcome())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]


# How a colour is seen by who lacks one kind of cone: Machado, Oliveira, Fernandes 2009, severity 1.
_BLIND = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _tones(scheme: str) -> dict[str, tuple[float, ...]]:
    style = re.findall(r":root \{(.*?)\}", REPORT.render(mixed_outcome()), re.DOTALL)
    found = dict(re.findall(r"--(\w+): #(\w{6});", style[("light", "dark").index(scheme)]))
    return {
        tone: tuple(_linear(int(found[tone][i : i + 2], 16)) for i in (0, 2, 4)) for tone in _TONES
    }


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _seen_by(blind: str, colour: tuple[float, ...]) -> tuple[float, ...]:
    rows = _BLIND[blind]
    mixed = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in rows)
    return _lab(tuple(min(1.0, max(0.0, part)) for part in mixed))


def _lab(colour: tuple[float, ...]) -> tuple[float, ...]:
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    a, b, c = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return (116 * b - 16, 500 * (a - b), 200 * (b - c))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("blind", list(_BLIND))
def test_what_passes_differs_for_every_eye(scheme: str, blind: str) -> None:
    """By a CIE76 difference of 20 at least; a word and a sign stand beside each colour anyway."""
    tones = {name: _seen_by(blind, colour) for name, colour in _tones(scheme).items()}
    others = (tone for tone in _TONES if tone != "pass")
    near = {
        tone: round(apart) for tone in others if (apart := _apart(tones[tone], tones["pass"])) < 20
    }
    assert near == {}


def _apart(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    return math.dist(one, two)


def test_no_colour_stands_alone() -> None:
    """Each badge and each button that filters has a sign and a word."""
    page = REPORT.render(mixed_outcome())
    badges = re.findall(
        r'<span class="badge \w+"><span aria-hidden="true">(.+?)</span> (.+?)<', page
    )
    assert len(badges) == page.count('class="badge')
    signs = {word: sign for sign, word in badges}
    assert signs["fail"] != signs["pass"] != signs["warn"]
