"""PySide6 6.12.0 releases `True` once too often at every signal, which ends Python 3.11 after some 500 signals."""

import subprocess
import sys

PROGRAM = """
import sys
from PySide6.QtCore import QObject, Signal

class Source(QObject):
    sent = Signal(bool)

source = Source()
heard = []
source.sent.connect(lambda value: heard.append(None))
source.sent.emit(True)
before = sys.getrefcount(True)
for _ in range(100):
    source.sent.emit(True)
print(len(heard), sys.getrefcount(True) - before)
"""


def test_signals_leave_the_count_of_true_alone() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    heard, change = result.stdout.split()
    assert heard == "101"
    assert abs(int(change)) < 10
