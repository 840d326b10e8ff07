"""Speech recognition by Vosk, on the CPU.

Owns Vosk's model and streams, the check of a model folder before the library sees it, and resampling to the model's
rate. It must not know where speech comes from or when a turn ends.

Folder layout: https://alphacephei.com/vosk/models ("Model structure"). The library aborts the process on some broken
folders, so what can be read cheaply is checked here first.
"""

import json
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.catalog import Card
from models.roles import CPU, Memory, ModelError, Need, Placement, Role, Samples, Scope, Transcript, Word

UNKNOWN = "[unk]"
"""What Vosk writes, in a stream with phrases, for speech that is none of them."""

_BYTES_OF_LIBRARY = 45_000_000
"""Vosk itself and a stream of a minute: 33 MB measured, and room."""
_BYTES_PER_FILE_BYTE, _BYTES_WITH_EXTRACTOR = 2, 6
"""1.6 measured on the starter; for models with an i-vector extractor Vosk's page tells 300 MB for a folder of 50 MB."""

_RATES = (4_000, 384_000)
"""Hertz of speech. A file that claims less would be stretched to hours."""

_FST_MAGIC = struct.pack("<i", 2125659606)
_REMEDY = "Remove the model and install it again."


class VoskRecognizer:
    """A Recognizer on a folder in Vosk's layout."""

    name = "vosk"
    role = Role.ASR

    def __init__(self, card: Card, folder: Path) -> None:
        self._card = card
        self._folder = folder / card.files.get("model", ".")
        self._model: Any = None
        self._rate = 0.0

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def need(self, placement: Placement) -> Need:
        """Memory from the files' sizes. Vosk runs on the CPU, whatever the placement says."""
        if not self._folder.is_dir():
            raise self._broken("its folder is missing", "model-missing")
        size = sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())
        each = _BYTES_WITH_EXTRACTOR if (self._folder / "ivector").is_dir() else _BYTES_PER_FILE_BYTE
        return Need(Memory(weights=size * each, compute=_BYTES_OF_LIBRARY))

    def scope(self) -> Scope:
        return Scope(cpu_only="Vosk cannot use a graphics card")

    def load(self, placement: Placement = CPU) -> None:
        """Open the model. Raises ModelError("model-missing" or "model-broken")."""
        if self.loaded:
            return
        self._check()
        import vosk

        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(self._folder))
        except Exception as error:  # Vosk raises nothing more exact
            raise self._broken("Vosk cannot read it") from error

    def close(self) -> None:
        """Let the model go; its memory is freed with the last stream."""
        self._model = None

    def recognition(self, sample_rate: int, phrases: Sequence[str] = ()) -> "VoskRecognition":
        """Begin a stream at `sample_rate` hertz.

        A phrase with a word that the model does not know is left out. Raises ModelError("not-loaded"), ("bad-audio")
        for a rate beyond 4 to 384 kHz, ("unknown-phrases") when no phrase is left.
        """
        if self._model is None:
            raise ModelError("not-loaded", f"“{self._card.name}” is not loaded.", "Load the model first.")
        if not _RATES[0] <= sample_rate <= _RATES[1]:
            cause = f"A sample rate of {sample_rate} Hz is not usable for speech"
            raise ModelError("bad-audio", f"{cause}.", "Choose another recording.")
        wanted = [" ".join(phrase.split()) for phrase in phrases if phrase.strip()]
        known = [phrase for phrase in wanted if all(self._knows(word) for word in phrase.split())]
        if wanted and not known:
            cause = f"“{self._card.name}” knows none of the given phrases"
            raise ModelError("unknown-phrases", f"{cause}.", "Choose phrases of other words.")
        return VoskRecognition(self._model, sample_rate, self._rate, known)

    def _knows(self, word: str) -> bool:
        """Whether a word may stand in a grammar. Vosk aborts on the empty word and on an empty grammar."""
        if word[0] in "<#" or "\0" in word or not word.isprintable():
            return False
        return bool(self._model.vosk_model_find_word(word) > 0)

    def _broken(self, cause: str, code: str = "model-broken") -> ModelError:
        return ModelError(code, f"The speech model “{self._card.name}” cannot be used: {cause}.", _REMEDY)

    def _check(self) -> None:
        """Raise ModelError unless every part is there and begins as it must."""
        if not self._folder.is_dir():
            raise self._broken("its folder is missing", "model-missing")
        self._require("am/final.mdl", b"\0B<TransitionModel> ")
        if (self._folder / "graph/HCLG.fst").exists():
            self._check_fst("graph/HCLG.fst")
        else:
            self._check_fst("graph/HCLr.fst")
            self._check_fst("graph/Gr.fst")
            self._require("graph/disambig_tid.int")
        self._require("conf/model.conf")
        self._require("graph/phones/word_boundary.int")
        self._check_words("graph/words.txt")
        self._rate = self._model_rate("conf/mfcc.conf")

    def _require(self, name: str, beginning: bytes = b"") -> Path:
        path = self._folder / name
        if not path.is_file():
            raise self._broken(f"{name} is missing", "model-missing")
        with path.open("rb") as file:
            head = file.read(max(1, len(beginning)))
        if not head or not head.startswith(beginning):
            raise self._broken(f"{name} is damaged")
        return path

    def _check_fst(self, name: str) -> None:
        """Header of OpenFst's fst.cc; the size is known beforehand for the "const" type alone."""
        path = self._require(name, _FST_MAGIC)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(256)
        try:
            place, types = 4, []
            for _ in range(2):
                (length,) = struct.unpack_from("<i", head, place)
                if not 0 < length <= 64:
                    raise ValueError
                types.append(head[place + 4 : place + 4 + length])
                place += 4 + length
            _, _, _, start, states, arcs = struct.unpack_from("<iiQqqq", head, place)
        except (struct.error, ValueError) as error:
            raise self._broken(f"{name} is damaged") from error
        sound = types[1] == b"standard" and start >= 0
        if types[0] == b"const":
            sound = sound and start < states and size >= place + 40 + 20 * states + 16 * arcs and arcs >= 0
        if not sound:
            raise self._broken(f"{name} is damaged")

    def _check_words(self, name: str) -> None:
        path = self._require(name)
        try:
            with path.open(encoding="utf-8") as file:
                sound = all(re.fullmatch(r"\S+\s+\d+", line.strip()) for line in file)
        except UnicodeDecodeError:
            sound = False
        if not sound:
            raise self._broken(f"{name} is damaged")

    def _model_rate(self, name: str) -> float:
        text = self._require(name).read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^--sample-frequency=([\d.]+)\s*$", text, re.MULTILINE)
        rate = float(found[1]) if found and found[1].count(".") <= 1 else 16_000.0
        if not _RATES[0] <= rate <= _RATES[1]:
            raise self._broken(f"{name} is damaged")
        return rate


class VoskRecognition:
    """A Recognition. Vosk ends a segment at every longer pause; the segments are joined here."""

    def __init__(self, model: Any, sample_rate: int, model_rate: float, phrases: Sequence[str]) -> None:
        import vosk

        self._resampler: Any = None
        if sample_rate != model_rate:
            # Not left to Vosk: it refuses rates below the model's unless the model's own configuration allows them.
            import soxr

            self._resampler = soxr.ResampleStream(sample_rate, model_rate, 1, dtype="int16")
        self._free = not phrases
        if self._free:
            self._stream = vosk.KaldiRecognizer(model, model_rate)
        else:
            self._stream = vosk.KaldiRecognizer(model, model_rate, json.dumps([*phrases, UNKNOWN], ensure_ascii=False))
        self._stream.SetWords(True)
        self._texts: list[str] = []
        self._words: list[Word] = []
        self._shown = ""

    def accept(self, samples: Samples) -> Transcript | None:
        ended = self._feed(samples, last=False)
        newest = ""
        if ended:
            self._keep(self._stream.Result())
        else:
            newest = self._readable(json.loads(self._stream.PartialResult()).get("partial", ""))
        text = " ".join(part for part in [*self._texts, newest] if part)
        if text == self._shown:
            return None
        self._shown = text
        return Transcript(text, tuple(self._words))

    def finish(self) -> Transcript:
        if self._resampler is not None:
            self._feed(np.zeros(0, np.int16), last=True)
        self._keep(self._stream.FinalResult())
        return Transcript(" ".join(self._texts), tuple(self._words), final=True)

    def _feed(self, samples: Samples, last: bool) -> bool:
        """Hand samples to Vosk; whether it ended a segment."""
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples, last=last)
        if len(samples) == 0:
            return False
        return bool(self._stream.AcceptWaveform(np.ascontiguousarray(samples, np.int16).tobytes()))

    def _keep(self, result: str) -> None:
        found = json.loads(result)
        text = self._readable(found.get("text", ""))
        if not text:
            return
        self._texts.append(text)
        for word in found.get("result", ()):
            if self._readable(word["word"]):
                confidence = min(1.0, max(0.0, float(word["conf"])))
                self._words.append(Word(word["word"], float(word["start"]), float(word["end"]), confidence))

    def _readable(self, text: str) -> str:
        """Without "[unk]" unless phrases were given: in free dictation it says nothing."""
        return " ".join(word for word in text.split() if word != UNKNOWN) if self._free else text
