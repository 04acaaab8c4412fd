"""Every byte of a sign-off changed, one after the other: how many `gate signoff verify` refuses.

    .venv/bin/python bench/signoff_bytes.py FOLDER     (some minutes; FOLDER is only read)

The folder is copied, and has to hold before and after. Each byte becomes another one, drawn with a
fixed seed; a byte whose change is not refused is told, and the program ends with 1.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from gate.app.signoff.verify import Trust, verify
from gate.errors import GateError


def main() -> int:
    """Print a row for each file, and the sum."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    with tempfile.TemporaryDirectory(prefix="perfgate-bytes-") as place:
        copy = Path(place) / "signoff"
        shutil.copytree(asked.parse_args().folder, copy)
        verify(copy, Trust(), datetime.now(UTC))
        lots = random.Random(1)  # noqa: S311  # which byte it becomes is no secret
        files = sorted(path for path in copy.rglob("*") if path.is_file())
        print("| file | bytes | refused |\n| --- | --- | --- |")
        whole = held = 0
        for file in files:
            size, refused = file.stat().st_size, _refused(copy, file, lots)
            print(f"| {file.relative_to(copy)} | {size} | {refused} |", flush=True)
            whole, held = whole + size, held + refused
        verify(copy, Trust(), datetime.now(UTC))
    print(f"| all | {whole} | {held} |")
    return int(held != whole)


def _refused(folder: Path, file: Path, lots: random.Random) -> int:
    """How many changes of one byte of this file are refused."""
    kept, count = file.read_bytes(), 0
    for at in range(len(kept)):
        changed = bytearray(kept)
        changed[at] ^= lots.randint(1, 255)
        file.write_bytes(changed)
        try:
            verify(folder, Trust(), datetime.now(UTC))
            sys.stderr.write(f"not refused: byte {at} of {file.name}\n")
        except GateError:
            count += 1
    file.write_bytes(kept)
    return count


if __name__ == "__main__":
    sys.exit(main())
