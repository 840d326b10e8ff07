"""Damages the starter's GGUF file in thousands of ways: does Parley live, how long does each take, how much memory?

    python -m benchmarks.mutated_models [--count 2000] [--seed 1] [--no-trials]

Every file goes the way of an imported one: its header is read in this process, and what passes is tried in a process
of its own. Prints one JSON document; fails where a header took more than MOST_SECONDS or MOST_MEMORY.
tests/models/test_mutated.py runs a slice of the same.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from models import catalog, gguf, trial
from models.llama import checked
from models.roles import CancelToken, ModelError

MODEL = catalog.starter_folder() / "llm" / "model.gguf"
STARTER = next(card for card in catalog.load() if card.id == "starter-llm")
MOST_SECONDS, MOST_MEMORY = 2.0, 100_000_000
"""Of the clock and bytes that Python takes, for reading one header; and bytes that the process may grow by in all."""
_NUMBERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    1 << 42,
    1 << 62,
    1 << 63,
    (1 << 64) - 1,
)


@dataclass
class Findings:
    """What came of the files. Seconds, bytes."""

    files: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By the code of the error."""
    passed: int = 0
    """Files whose header is sound."""
    trials: Counter[str] = field(default_factory=Counter)
    """Of these: "works", or the first words of the reason."""
    slowest: float = 0.0
    """Longest reading of a header in this process."""
    slowest_cpu: float = 0.0
    """The same without what other processes took of the processor meanwhile."""
    slowest_trial: float = 0.0
    memory: int = 0
    """Most that Python took for reading one header."""
    grown: int = 0
    """By how much this process was larger at most than before the first file."""

    @property
    def within(self) -> bool:
        """Whether all that was within the bounds."""
        return self.slowest < MOST_SECONDS and max(self.memory, self.grown) < MOST_MEMORY


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Damaged copies: bits, bytes, numbers, stretches, cuts, most of them in the header, where they matter."""
    whole = MODEL.read_bytes()
    header = min(tensor.offset for tensor in gguf.read(MODEL).tensors.values())
    generator = random.Random(seed)
    for _ in range(count):
        data = bytearray(whole)
        end = header if generator.random() < 0.9 else len(data)
        for _ in range(generator.choice((1, 1, 1, 2, 4, 16))):
            # The first kilobytes hold the counts and most of the keys.
            place = generator.randrange(min(end, generator.choice((64, 2048, end))))
            kind = generator.randrange(6)
            if kind == 0:
                data[place] ^= 1 << generator.randrange(8)
            elif kind == 1:
                data[place] = generator.randrange(256)
            elif kind == 2:
                size = generator.choice((4, 8))
                number = generator.choice(_NUMBERS) & ((1 << 8 * size) - 1)
                data[place : place + size] = number.to_bytes(size, "little")
            elif kind == 3:
                other, size = generator.randrange(end), generator.randrange(1, 64)
                data[place : place + size] = data[other : other + size]
            elif kind == 4:
                del data[place : place + generator.randrange(1, 16)]
            else:
                data[place:place] = generator.randbytes(generator.randrange(1, 16))
        if generator.random() < 0.05:
            del data[generator.randrange(len(data)) :]
        yield bytes(data)


def judge(count: int, seed: int, folder: Path, trials: bool) -> Findings:
    """Send the files through the checks."""
    found, path, process = Findings(), folder / "model.gguf", psutil.Process()
    before = process.memory_info().rss
    for data in mutants(count, seed):
        path.write_bytes(data)
        found.files += 1
        tracemalloc.start()
        started, began = time.perf_counter(), time.process_time()
        try:
            checked(path)
            sound = True
        except ModelError as error:
            sound = False
            found.refused[error.code] += 1
        found.slowest = max(found.slowest, time.perf_counter() - started)
        found.slowest_cpu = max(found.slowest_cpu, time.process_time() - began)
        found.memory = max(found.memory, tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        found.grown = max(found.grown, process.memory_info().rss - before)
        if sound:
            found.passed += 1
            if trials:
                started = time.perf_counter()
                outcome = trial.tried(STARTER, folder, folder, CancelToken())
                found.slowest_trial = max(found.slowest_trial, time.perf_counter() - started)
                found.trials[outcome.reason[:60] or "works"] += 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Damage a model in many ways and see that Parley lives.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-trials", action="store_true", help="read headers only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = judge(options.count, options.seed, Path(folder), not options.no_trials)
    print(json.dumps(vars(found), indent=2))
    return 0 if found.within else 1


if __name__ == "__main__":
    sys.exit(main())
