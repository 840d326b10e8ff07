"""Speech from libespeak-ng, with the time of every word and phoneme.

Owns the ctypes binding (espeak-ng's speak_lib.h, version 1.51). It must not know what the speech is for, nor any other
phoneme alphabet than espeak-ng's own mnemonics.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS = 2
_PHONEME_EVENTS = 1
_CHARS_UTF8 = 1
_POS_CHARACTER = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_LIST_TERMINATED, _WORD, _PHONEME = 0, 1, 7


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Phoneme:
    """An espeak-ng phoneme mnemonic ("A:", "_:", ...) with its first sample."""

    mnemonic: str
    start: int


@dataclass(frozen=True)
class Utterance:
    """Speech: mono PCM at `sample_rate` hertz and what is said when.

    `words` holds, for every word espeak-ng reports, the character offset into the text and the index into `phonemes`
    of the word's first phoneme.
    """

    samples: NDArray[np.int16]
    sample_rate: int
    phonemes: Sequence[Phoneme]
    words: Sequence[tuple[int, int]]


class Espeak:
    """The synthesizer. The library keeps one global state, so make one object a process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.sample_rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 200, None, _PHONEME_EVENTS)
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng did not start: its data files are missing")
        self._blocks: list[NDArray[np.int16]] = []
        self._phonemes: list[Phoneme] = []
        self._words: list[tuple[int, int]] = []
        self._callback = _Callback(self._receive)  # the library keeps only a bare pointer to it
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def _receive(
        self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]"
    ) -> int:
        if samples and count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, shape=(count,)).astype(np.int16))
        index = 0
        while events[index].type != _LIST_TERMINATED:
            event = events[index]
            if event.type == _WORD and event.text_position > 0:  # 0 comes at times at the end, for no word
                self._words.append((event.text_position - 1, len(self._phonemes)))
            elif event.type == _PHONEME:
                self._phonemes.append(Phoneme(event.id.string.decode("latin-1"), event.sample))
            index += 1
        return 0

    def speak(self, text: str, voice: str = "gmw/en-US", rate: int = 175, pitch: int = 50, span: int = 50) -> Utterance:
        """Speak `text`. `voice` is a voice file, with "+variant" if wanted ("gmw/en-US+f2"); `rate` is in words a
        minute; `pitch` and `span` (pitch range) go from 0 to 100. Raises ValueError for an unknown voice.
        """
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {voice}")
            self._voice = voice
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, span)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks, self._phonemes, self._words = [], [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return Utterance(samples, self.sample_rate, self._phonemes, self._words)
