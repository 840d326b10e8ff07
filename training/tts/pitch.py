"""Fundamental frequency of recorded speech, and how a sentence's punctuation shapes the one to be learned.

Owns the tracker (autocorrelation, corrected for the window after Boersma 1993, with a Viterbi path) and the melody of
questions, exclamations and commas, which the teachers speak like statements. It must not know where speech comes from.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.tts.languages import Language
from training.tts.vocoder import HOP, SAMPLE_RATE

LOWEST, HIGHEST, STEPS = 90.0, 320.0, 90
WINDOW = 640
"""Samples: 40 ms at 16 kHz, more than three periods of the lowest pitch."""
MEAN = 170.0
"""Hertz: where an utterance without any voiced frame is put."""

FINAL_RISE = 0.42
"""Rise of a yes-no question from its last stressed vowel, in natural-log hertz (7 semitones), that starts FINAL_START
from the sentence's mean and is complete where the part FINAL_HELD of the way to its end begins."""
FINAL_START, FINAL_HELD = -0.04, 0.2
CONTINUATION = {",": 0.1, ";": 0.04, ":": 0.04}
"""Rise of the last word before a mark: there is more to come."""
QUESTION_PEAK, QUESTION_FALL = 0.1, 0.7
"""How much higher a question with a question word begins, and the seconds that this fades over."""
EXCLAMATION_WIDTH, EXCLAMATION_SHIFT = 1.25, 0.07
"""How much wider and higher (log hertz) an exclamation moves than a statement."""

FRAME_SECONDS = HOP / SAMPLE_RATE
_CANDIDATES = np.exp(np.linspace(np.log(LOWEST), np.log(HIGHEST), STEPS))
_JUMP = 0.03 * np.minimum(np.abs(np.arange(STEPS)[:, None] - np.arange(STEPS)[None]), 30)


def track(
    samples: NDArray[np.float32], frames: int, hop: int, sample_rate: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Pitch in hertz, interpolated where there is no voice, and which frames are voiced; both of shape (frames,).

    `samples` are on the 16-bit scale; frame t is centered on sample t × hop.
    """
    padded = np.concatenate([np.zeros(WINDOW // 2), samples, np.zeros(WINDOW + hop)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::hop][:frames]
    shape = np.hanning(WINDOW)
    windows = (windows - windows.mean(1, keepdims=True)) * shape
    correlation = np.fft.irfft(np.abs(np.fft.rfft(windows, 2048)) ** 2)[:, :400]
    window_correlation = np.fft.irfft(np.abs(np.fft.rfft(shape, 2048)) ** 2)[:400]
    energy = correlation[:, :1]
    normal = correlation / (energy + 1e-3) / (window_correlation / window_correlation[0])
    lags = sample_rate / _CANDIDATES
    lower = lags.astype(int)
    part = lags - lower
    # A slight favor for short lags keeps the path off the octave below.
    score = normal[:, lower] * (1 - part) + normal[:, lower + 1] * part + np.linspace(0, 0.02, STEPS)
    path = _best_path(score)
    voiced = (score[np.arange(frames), path] > 0.55) & (np.sqrt(energy[:, 0] / WINDOW) > 40)
    if voiced.sum() < 3:
        return np.full(frames, MEAN, np.float32), voiced
    log_pitch = _refined(score, path)
    index = np.arange(frames)
    log_pitch = np.interp(index, index[voiced], log_pitch[voiced])
    log_pitch = np.convolve(np.pad(log_pitch, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    return np.exp(log_pitch).astype(np.float32), voiced


def _best_path(score: NDArray[np.float64]) -> NDArray[np.intp]:
    frames = len(score)
    back = np.zeros((frames, STEPS), np.intp)
    cost = -score[0]
    for frame in range(1, frames):
        total = cost[:, None] + _JUMP
        back[frame] = total.argmin(0)
        cost = total.min(0) - score[frame]
    path = np.zeros(frames, np.intp)
    state = int(cost.argmin())
    for frame in range(frames - 1, -1, -1):
        path[frame] = state
        state = int(back[frame, state])
    return path


def _refined(score: NDArray[np.float64], path: NDArray[np.intp]) -> NDArray[np.float64]:
    """Log pitch with the peak moved between candidates by a parabola through three scores."""
    frames = np.arange(len(path))
    middle = np.clip(path, 1, STEPS - 2)
    left, peak, right = (score[frames, middle + offset] for offset in (-1, 0, 1))
    curve = left - 2 * peak + right
    flat = np.abs(curve) < 1e-6
    offset = np.where(flat, 0.0, 0.5 * (left - right) / np.where(flat, 1.0, curve)).clip(-0.5, 0.5)
    spacing = np.log(_CANDIDATES[1] / _CANDIDATES[0])
    return np.log(_CANDIDATES[middle]) + offset * spacing


def asks_yes_or_no(text: str, language: Language) -> bool:
    """Whether `text` is a question without a question word at the head of its last clause, and without a choice."""
    if not text.rstrip("\"')").endswith("?"):
        return False
    words = [word.strip("¿?¡!\"'()") for word in text.lower().rsplit(",", 1)[-1].split()]
    while words and words[0] in language.fillers:
        words = words[1:]
    return bool(words) and words[0] not in language.question_words and language.alternative not in words


def intended(
    log_pitch: NDArray[np.float64], text: str, symbols: Sequence[str], ends: NDArray[np.int64], language: Language
) -> NDArray[np.float64]:
    """The melody that the voice should learn for `text`, log hertz a frame; the teacher's is `log_pitch`.

    `ends` are the frames at which each of `symbols` ends.
    """
    center = log_pitch.mean()
    shaped = center + (log_pitch - center) * language.melody_width
    frame = np.arange(len(shaped))
    stresses = [index for index, symbol in enumerate(symbols) if symbol == "ˈ"] or [0]
    for index, symbol in enumerate(symbols):
        if symbol in CONTINUATION and index < len(symbols) - 2:
            start = ends[max(stress for stress in stresses if stress <= index) if stresses[0] <= index else 0]
            stop = max(ends[index - 1], start + 1)
            after = ends[index]
            # It is back where it was when the pause is over.
            shape = np.interp(frame, [start, stop, max(after, stop + 1)], [0, 1, 0], left=0, right=0)
            shaped += CONTINUATION[symbol] * shape
    if asks_yes_or_no(text, language):
        start = int(ends[stresses[-1]])
        # The last symbol is the closing silence: the rise is complete where it begins.
        stop = max(int(ends[-2]), start + 1)
        ramp = np.clip((frame - start) / ((stop - start) * (1 - FINAL_HELD)), 0, 1)
        weight = np.clip(ramp * 3, 0, 1)
        shaped = shaped * (1 - weight) + (center + FINAL_START + FINAL_RISE * ramp) * weight
    elif symbols[-2] == "?":
        start = int(ends[stresses[0]])
        shaped += QUESTION_PEAK * np.clip(1 - (frame - start) / (QUESTION_FALL / FRAME_SECONDS), 0, 1)
    elif symbols[-2] == "!":
        shaped = center + (shaped - center) * EXCLAMATION_WIDTH + EXCLAMATION_SHIFT
    return shaped
