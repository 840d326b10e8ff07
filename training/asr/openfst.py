"""Weighted transducers and OpenFst's "const" file format. Knows nothing of speech.

The layout follows OpenFst's fst.cc (FstHeader) and const-fst.h. Weights are costs: -log of a probability.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Arc = tuple[int, int, float, int]
"""Input label, output label, cost, next state. Label 0 is empty."""

_MAGIC = 2125659606
_EXPANDED = 0x1
_SORTED = {"input": 0x10000000, "output": 0x40000000}
_KEY = {"input": 0, "output": 1}


def _text(value: str) -> bytes:
    return struct.pack("<i", len(value)) + value.encode()


@dataclass
class Fst:
    """A transducer that is built state by state; `final` maps a final state to its cost."""

    arcs: list[list[Arc]] = field(default_factory=list)
    final: dict[int, float] = field(default_factory=dict)
    start: int = 0

    def state(self) -> int:
        self.arcs.append([])
        return len(self.arcs) - 1

    def add(self, source: int, input_label: int, output_label: int, cost: float, target: int) -> None:
        self.arcs[source].append((input_label, output_label, cost, target))

    def to_bytes(self, order: Literal["input", "output"]) -> bytes:
        """The transducer as a const FST with the arcs of every state sorted by that label.

        The header must say so: Vosk's composition picks its matcher by the property bit.
        """
        states: list[bytes] = []
        arcs: list[bytes] = []
        for state, unsorted in enumerate(self.arcs):
            outgoing: Sequence[Arc] = sorted(unsorted, key=lambda arc: arc[_KEY[order]])
            empty = (sum(arc[0] == 0 for arc in outgoing), sum(arc[1] == 0 for arc in outgoing))
            cost = self.final.get(state, float("inf"))
            states.append(struct.pack("<fIIII", cost, len(arcs), len(outgoing), *empty))
            arcs += [struct.pack("<iifi", *arc) for arc in outgoing]
        header = struct.pack("<i", _MAGIC) + _text("const") + _text("standard")
        counts = (self.start, len(states), len(arcs))
        header += struct.pack("<iiQqqq", 2, 0, _EXPANDED | _SORTED[order], *counts)
        return header + b"".join(states) + b"".join(arcs)
