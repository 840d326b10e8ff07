"""How often a spoken word over the answer silences it: `python -m benchmarks.spoken_stop [TIMES]`.

Real engines and real sound devices on a sound server of its own, hands-free with echo cancellation. What the speaker
plays reaches the microphone 60 ms later, at several loudnesses; a person says "stop" once, or twice, in the middle of a
long answer, at another moment each time. Told is what became of the answer and of the word.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from app import devices
from app.assistant import Assistant
from app.audio import WavMicrophone
from app.echo import EchoCanceller
from app.events import AnswerPaused, Event, Hearing, HearingChanged, SpeechDropped, TurnStarted
from app.live import LiveMicrophone, LiveSpeaker
from app.turn import Outcome, Request
from models.residency import starter_library
from models.roles import Samples
from tests.pulse import Pulse

GAINS = (0.1, 0.2, 0.3)
SAID = ("stop", "stop, stop")
LONG = "Tell me the months of the year."


def main(times: int = 8) -> None:
    """Print a line for every loudness of the echo and everything said."""
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as folder:
        pulse = Pulse(Path(folder))
        pulse.begin()
        os.environ.update(pulse.environment)
        devices.refresh()
        try:
            for gain in GAINS:
                for said in SAID:
                    _measure(pulse, Path(folder), gain, said, times)
        finally:
            pulse.end()


def _voice(folder: Path, said: str) -> Samples:
    path = folder / "said.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), said], check=True, capture_output=True)
    samples = np.concatenate(list(WavMicrophone(path).blocks()))
    loud = np.flatnonzero(np.abs(samples) > 200)
    return samples[loud[0] : loud[-1] + 1]


def _measure(pulse: Pulse, folder: Path, gain: float, said: str, times: int) -> None:
    voice = _voice(folder, said)
    echo = EchoCanceller()
    speaker = LiveSpeaker(pulse.speaker, echo.played)
    assistant = Assistant(starter_library(folder / "converted", {}), speaker, echo=echo)
    told: list[Event] = []
    assistant.bus.subscribe(told.append)
    assistant.attention.hands_free = True
    assistant.start()
    assistant.warm(Request())
    assistant.attend(LiveMicrophone(pulse.microphone))
    while HearingChanged(Hearing.READY) not in told:
        time.sleep(0.01)
    became: Counter[str] = Counter()
    with pulse.loopback(delay=0.06, gain=gain):
        for number in range(times):
            told.clear()
            turn = assistant.ask(Request(LONG))
            while not turn.voiced:
                time.sleep(0.005)
            time.sleep(2.5 + 0.37 * number % 3)
            pulse.play(voice)
            answer = assistant.wait(turn, 30)
            time.sleep(1.5)
            questions = sum(isinstance(event, TurnStarted) for event in told) - 1
            became["silenced" if answer.outcome is Outcome.CANCELLED else "went on"] += 1
            became["paused"] += any(isinstance(event, AnswerPaused) for event in told)
            became["understood"] += any(isinstance(event, SpeechDropped) for event in told) and not questions
            became["taken for a question"] += bool(questions)
            assistant.interrupt()
            time.sleep(1.0)
    assistant.close()
    speaker.close()
    print(f"echo at {20 * np.log10(gain):.0f} dB, “{said}”: of {times}", dict(became), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
