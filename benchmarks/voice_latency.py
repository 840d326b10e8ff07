"""How long after the end of speech an answer is heard: `python -m benchmarks.voice_latency [ROUNDS]`.

Real engines and real sound devices, on a sound server of its own: spoken questions are played into a virtual
microphone, hands-free, and the virtual speaker is recorded. Both moments are taken from recordings of the two devices,
so that everything between them counts: the pause that ends the question, the devices' buffers, the engines.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from app import devices
from app.assistant import Assistant
from app.echo import EchoCanceller
from app.events import Event, Hearing, HearingChanged, TurnEnded
from app.live import LiveMicrophone, LiveSpeaker
from app.turn import MARKS, Answer, Request
from models.residency import starter_library
from tests.pulse import Pulse

QUESTIONS = (
    "what is three plus four",
    "what is the capital of spain",
    "what are the days of the week",
    "who are you",
    "what can you do",
    "what is ten minus six",
)
VOICES = ("en-us", "en-gb")


def main(rounds: int = 1) -> None:
    """Print every question's delay, the median, and where the time went."""
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as folder:
        pulse = Pulse(Path(folder))
        pulse.begin()
        os.environ.update(pulse.environment)
        devices.refresh()
        try:
            _measure(pulse, Path(folder), rounds)
        finally:
            pulse.end()


def _measure(pulse: Pulse, folder: Path, rounds: int) -> None:
    echo = EchoCanceller()
    speaker = LiveSpeaker(pulse.speaker, echo.played)
    assistant = Assistant(starter_library(folder / "converted", {}), speaker, history=folder, echo=echo)
    ready, ended, answers = threading.Event(), threading.Semaphore(0), list[Answer]()

    def note(event: Event) -> None:
        if event == HearingChanged(Hearing.READY):
            ready.set()
        elif isinstance(event, TurnEnded):
            answers.append(event.answer)
            ended.release()

    assistant.bus.subscribe(note)
    assistant.attention.hands_free = True
    assistant.start()
    assistant.warm(Request())
    assistant.attend(LiveMicrophone(pulse.microphone))
    ready.wait(30)
    delays = []
    for text in QUESTIONS * rounds:
        for voice in VOICES:
            path = folder / "question.wav"
            subprocess.run(["espeak-ng", "-v", voice, "-w", str(path), text], check=True, capture_output=True)
            began = time.perf_counter()
            pulse.play(path)
            if not ended.acquire(timeout=30):
                print(f"no answer to “{text}” ({voice})")
                continue
            spoke = pulse.heard_by_microphone.last_sound(since=began)
            heard = pulse.heard_from_speaker.first_sound(since=began)
            assert spoke is not None
            assert heard is not None
            delays.append(heard - spoke)
            print(f"{(heard - spoke) * 1000:5.0f} ms  {answers[-1].transcript} ({voice})")
            time.sleep(0.5)
    assistant.close()
    speaker.close()
    print(
        f"\nend of speech to first sound at the speaker: median {statistics.median(delays) * 1000:.0f} ms, "
        f"worst {max(delays) * 1000:.0f} ms of {len(delays)}"
    )
    for name in MARKS:
        values = [value for answer in answers if (value := answer.timings_ms[name]) is not None]
        if values:
            print(f"{name:>14}  {statistics.median(values):6.0f} ms (median)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
