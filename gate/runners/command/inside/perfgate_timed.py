"""Run one command and write what it took: `perfgate_timed.py FILE PROGRAM [ARGUMENT…]`.

A program of its own with next to nothing in it: what a process held before it became the command
counts into the command's peak memory (Linux keeps the maximum over execve(2), see getrusage(2)).
"""

import os
import resource
import sys
import time

file, *command = sys.argv[1:]
unit = 1 if sys.platform == "darwin" else 1024
floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
began = time.perf_counter()
try:
    # A group of its own: a script that ends its whole group (`kill 0`) must not end its clock.
    child = os.posix_spawnp(command[0], command, os.environ, setpgroup=0)
except (OSError, ValueError) as error:
    sys.exit(f"{command[0]}: {getattr(error, 'strerror', '') or error}")
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - began
told = {
    "code": os.waitstatus_to_exitcode(status),
    "time": wall,
    "cpu_time": usage.ru_utime + usage.ru_stime,
    "rss": usage.ru_maxrss * unit,
    "floor": floor,
}
words = ", ".join(f'"{name}": {value!r}' for name, value in told.items())
with open(f"{file}.half", "w", encoding="ascii") as half:  # noqa: PTH123  # pathlib is memory
    half.write(f"{{{words}}}")
os.replace(f"{file}.half", file)  # noqa: PTH105  # the same
