"""What each command of the command line does: returns the fields of its --json, and prints for people without it.

It must not know how words are parsed or which exit code follows.
"""

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import Any

from app import settings
from app.assistant import Assistant
from app.audio import MICROPHONE_RATE, WavMicrophone, WavSpeaker
from app.elsewhere import with_remote
from app.events import AnswerPiece, ClauseReady, Event, ModelChosen, QuestionHeard, TurnEnded
from app.folders import data_folder
from app.planning import placed
from app.speech import EndpointRules, clean, speakable
from app.turn import PICTURE_SIDE, Answer, Outcome, Request
from models import available
from models.languages import Pair
from models.pictures import load_picture
from models.residency import Library, Residency
from models.roles import GB, CancelToken, ModelError, Picture


def ask(arguments: argparse.Namespace) -> dict[str, Any]:
    """One typed question; streams the answer."""
    request = _request(arguments, arguments.text, speak=arguments.speak is not None)
    library = _library(arguments, Pair(request.language_in, request.language_out))
    speaker = WavSpeaker(arguments.speak) if arguments.speak else None
    answer = _turn(arguments, library, request, speaker, None)
    return _fields(answer)


def talk(arguments: argparse.Namespace) -> dict[str, Any]:
    """A spoken question from one file, the spoken answer into another."""
    request = _request(arguments, None, speak=True)
    library = _library(arguments, Pair(request.language_in, request.language_out))
    answer = _turn(arguments, library, request, WavSpeaker(arguments.out_wav), WavMicrophone(arguments.in_wav))
    return {**_fields(answer), "transcript": answer.transcript, "audio_seconds": answer.audio_seconds}


def transcribe(arguments: argparse.Namespace) -> dict[str, Any]:
    """ASR alone."""
    residency = Residency(_library(arguments))
    try:
        recognizer = residency.recognizer(arguments.source or "en")
        started = time.perf_counter()
        recognition = recognizer.recognition(MICROPHONE_RATE)
        microphone = WavMicrophone(arguments.file)
        for block in microphone.blocks():
            recognition.accept(block)
        transcript = recognition.finish()
        taken = time.perf_counter() - started
    finally:
        residency.close()
    if not arguments.json:
        print(transcript.text)
    words = [
        {"word": word.text, "start": word.start, "end": word.end, "confidence": word.confidence}
        for word in transcript.words
    ]
    return {
        "transcript": transcript.text,
        "words": words,
        "seconds_audio": round(microphone.seconds, 3),
        "seconds_taken": round(taken, 3),
    }


def translate(arguments: argparse.Namespace) -> dict[str, Any]:
    """Translation alone."""
    text = clean(arguments.text)
    if not text:
        raise ModelError("no-text", "There is nothing to translate.", "Give it some words.")
    residency = Residency(_library(arguments))
    try:
        translator = residency.translator(arguments.source, arguments.target)
        started = time.perf_counter()
        pieces = []
        for piece in translator.translate(text, arguments.source, arguments.target, CancelToken()):
            pieces.append(piece)
            if not arguments.json:
                print(piece, end="", flush=True)
        taken = time.perf_counter() - started
    finally:
        residency.close()
    if not arguments.json:
        print()
    return {"translation": "".join(pieces).strip(), "seconds_taken": round(taken, 3)}


def speak(arguments: argparse.Namespace) -> dict[str, Any]:
    """TTS alone."""
    residency = Residency(_library(arguments))
    speaker = WavSpeaker(arguments.out_wav)
    try:
        voice = residency.voice(arguments.target or "en")
        started = time.perf_counter()
        seconds = 0.0
        for chunk in voice.speak(speakable(clean(arguments.text)), CancelToken()):
            speaker.write(chunk.samples, chunk.sample_rate)
            seconds += chunk.seconds
        taken = time.perf_counter() - started
        rate = voice.sample_rate
    finally:
        residency.close()
        speaker.close()
    if seconds == 0.0:
        raise ModelError("nothing-to-say", "There is nothing in this text to pronounce.", "Give it some words.")
    if not arguments.json:
        print(f"{seconds:.1f} s of speech in {arguments.out_wav}")
    return {"seconds_audio": round(seconds, 3), "seconds_taken": round(taken, 3), "sample_rate": rate}


def plan(arguments: argparse.Namespace) -> dict[str, Any]:
    """Which model goes where, on this machine or on one that is only thought of."""
    from app import plan_view, planning
    from models import hardware

    if arguments.setup is None and arguments.gpu is None:
        title, machine = "This machine, with the models that are here", hardware.read()
        chosen, _ = settings.load(data_folder(arguments.data))
        models = planning.needs(_library(arguments), machine, planning.spoken(chosen))
    else:
        models = planning.full_size()
        if arguments.setup is not None:
            title, machine = f"Set-up {arguments.setup}, with models of full size", planning.set_up(arguments.setup)
        else:
            title = "This machine with other graphics cards, and models of full size"
            wanted = [
                planning.WantedGpu(name, None if told is None else round(told * GB)) for name, told in arguments.gpu
            ]
            machine = planning.with_cards(hardware.read(), wanted)
    lost = None
    if arguments.lost is not None:
        lost = planning.named(machine, arguments.lost)
        machine = planning.without(machine, lost.index)
    chosen, _ = settings.load(data_folder(arguments.data))
    found = planning.advised(machine, models, planning.wishes(chosen))
    if not arguments.json:
        print(plan_view.drawing(title, found, lost, getattr(sys.stdout, "encoding", None) or "ascii"))
    return plan_view.fields(title, found, lost)


def doctor(arguments: argparse.Namespace) -> dict[str, Any]:
    """The check-up."""
    from app.doctor import checks

    found = []
    for check in checks(_library(arguments), data_folder(arguments.data)):
        found.append({"name": check.name, "ok": check.ok, "found": check.found, "remedy": check.remedy})
        if not arguments.json:
            print(f"{'ok  ' if check.ok else 'LOOK'}  {check.name:<32} {check.found}", flush=True)
            if check.remedy:
                print(f"      {'':<32} → {check.remedy}")
    return {"checks": found}


def _library(arguments: argparse.Namespace, pair: Pair | None = None) -> Library:
    data = data_folder(arguments.data)
    chosen, _ = settings.load(data)
    return placed(with_remote(available.library(data, chosen.models.split()), chosen), chosen, pair)


def _request(arguments: argparse.Namespace, text: str | None, speak: bool) -> Request:
    source = arguments.source or "en"
    return Request(text, _pictures(arguments.image), source, arguments.target or source, speak)


def _pictures(paths: list[Path]) -> tuple[Picture, ...]:
    return tuple(load_picture(path, PICTURE_SIDE) for path in paths)


def _turn(
    arguments: argparse.Namespace,
    library: Library,
    request: Request,
    speaker: WavSpeaker | None,
    microphone: WavMicrophone | None,
) -> Answer:
    """Run one turn to its end on an assistant of its own. Raises ModelError when there is no whole answer."""
    assistant = Assistant(library, speaker)
    printer = None if arguments.json else _Printer(request, assistant)
    if printer is not None:
        assistant.bus.subscribe(printer)
    try:
        assistant.start()
        problem = assistant.warm(request)
        if problem is None:
            if microphone is None:
                turn = assistant.ask(request)
            else:
                turn = assistant.listen(microphone, request, EndpointRules(end_seconds=None))
            answer = assistant.wait(turn)
            problem = answer.problem
    finally:
        # Interrupted while it closes, the assistant would leave threads behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        assistant.close()
        if speaker is not None:
            speaker.close()
    if printer is not None and printer.broken:
        raise BrokenPipeError
    if problem is not None:
        raise ModelError(problem.code, problem.message, problem.remedy)
    if answer.outcome is not Outcome.ANSWERED:
        raise ModelError("no-answer", "The question was not answered.", "Ask again.")
    return answer


class _Printer:
    """Prints the answer as it comes, in the person's language."""

    def __init__(self, request: Request, assistant: Assistant) -> None:
        self.broken = False
        """Whoever read the output has left."""
        self._request = request
        self._assistant = assistant
        self._translated = False
        self._begun = False

    def __call__(self, event: Event) -> None:
        try:
            self._print(event)
        except BrokenPipeError:
            if not self.broken:
                self.broken = True
                self._assistant.interrupt()

    def _print(self, event: Event) -> None:
        if isinstance(event, QuestionHeard):
            print(f"“{event.text}”", file=sys.stderr, flush=True)
        elif isinstance(event, ModelChosen):
            self._translated = event.language != self._request.language_out
        elif isinstance(event, AnswerPiece) and not self._translated:
            self._show(event.text)
        elif isinstance(event, ClauseReady) and self._translated:
            self._show(f" {event.text}" if self._begun else event.text)
        elif isinstance(event, TurnEnded) and self._begun:
            print(flush=True)

    def _show(self, text: str) -> None:
        self._begun = True
        print(text, end="", flush=True)


def _fields(answer: Answer) -> dict[str, Any]:
    return {
        "answer": answer.answer,
        "role": answer.role.value if answer.role else None,
        "question": answer.question,
        "question_translated": answer.question_translated,
        "answer_translated": answer.answer_translated,
        "tokens": answer.tokens,
        "timings_ms": answer.timings_ms,
    }
