"""What becomes of objects that refer to each other in a CUDA Server, which lives as long as its client."""

from __future__ import annotations

import subprocess
import sys

SETTLED = """
import gc
from bitfusion.worker.client import settle

settle()
collections = []
gc.callbacks.append(lambda phase, info: collections.append(info))
"""

LAUNCHES = """
for _ in range(200_000):
    [(), {"call": ([],)}]
print(len(collections))
"""

# 20 objects each, as cuda-python's CUgraphNodeParams.
CYCLES = """
alive = 0

class Structure:
    def __init__(self):
        global alive
        self.members = [[self] for _ in range(18)]
        alive += 1

    def __del__(self):
        global alive
        alive -= 1

for _ in range(20_000):
    Structure()
print(alive)
"""


def number_printed(code: str) -> int:
    done = subprocess.run([sys.executable, "-c", SETTLED + code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_calls_that_make_no_cycles_are_not_held_up_by_a_collection():
    assert number_printed(LAUNCHES) == 0


def test_structures_that_refer_to_themselves_do_not_stay_for_ever():
    assert number_printed(CYCLES) < 2_000
