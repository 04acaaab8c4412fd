from __future__ import annotations

import pytest

from gate.importers import amounts


@pytest.mark.parametrize(
    ("read", "text", "ours"),
    [
        (amounts.size_iec, "10 kB", "10 kB"),
        (amounts.size_iec, "10KIB", "10 KiB"),
        (amounts.size_iec, "1.25 gib", "1280 MiB"),
        (amounts.size_iec, "10 parsec", ""),
        (amounts.size_bytes, "10 kB", "10 KiB"),
        (amounts.size_bytes, "10KiB", ""),
        (amounts.size_bytes, "512", "512 B"),
        (amounts.percent, "0.005", "0.5%"),
        (amounts.percent, True, ""),
        (amounts.percentage, "105%", "105%"),
        (amounts.percentage, "1.05", "105%"),
        (amounts.percentage, "NaN%", ""),
        (amounts.milliseconds, 2500, "2500 ms"),
        (amounts.milliseconds, float("inf"), ""),
        (amounts.kibibytes, 0.5, "0.5 KiB"),
        (amounts.plain, "1e3", "1000"),
        (amounts.plain, "1e-99", ""),
        (amounts.plain, "9" * 41, ""),
    ],
)
def test_numbers_of_others_are_quantities_of_ours(read, text: object, ours: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # any of them
    assert read(text) == ours
