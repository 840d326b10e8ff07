"""The queue before the speaker: nothing cut off, nothing lost, no click."""

import numpy as np
import pytest

from app.playback import FADE_SECONDS, START_SECONDS, Playback
from models.roles import Samples
from tests.app.sound import tone

RATE = 48_000
STEP = RATE // 100
BEND = 8000 * (2 * np.pi * 440 / RATE) ** 2
"""How much the tone bends at most from sample to sample; a click bends far more."""


def taken(playback: Playback) -> Samples:
    """All that is to be heard, up to the first silence."""
    blocks = []
    while (block := playback.take(STEP))[1]:
        blocks.append(block[0])
    return np.concatenate([np.zeros(0, np.int16), *blocks])


def filled(seconds: float = 0.5, rate: int = RATE) -> Playback:
    playback = Playback(RATE)
    sound = tone(seconds, rate)
    for start in range(0, len(sound), rate // 50):
        playback.put(sound[start : start + rate // 50], rate)
    return playback


def bends(samples: Samples) -> float:
    """The sharpest bend."""
    return float(np.abs(np.diff(samples.astype(float), 2)).max())


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_as_much_comes_out_as_went_in(rate: int) -> None:
    playback = filled(0.5, rate)
    heard = taken(playback)
    assert not playback.unheard
    assert len(np.flatnonzero(np.abs(heard) > 1)) == pytest.approx(RATE / 2, rel=0.01)
    assert abs(int(np.abs(heard.astype(int)).max()) - 8000) < 300


def test_a_rate_may_change_from_clause_to_clause() -> None:
    playback = Playback(RATE)
    for rate in (22_050, 16_000, 48_000, 22_050):
        playback.put(tone(0.1, rate), rate)
    assert len(taken(playback)) == pytest.approx(RATE * 0.4, abs=STEP)


def test_a_single_short_block_waits_for_the_next_one_only_a_moment() -> None:
    playback = Playback(RATE)
    playback.put(tone(START_SECONDS / 2, RATE), RATE)
    assert not playback.take(STEP)[1]
    assert playback.take(STEP)[1]
    playback = Playback(RATE)
    playback.put(tone(START_SECONDS / 2, RATE), RATE)
    playback.hurry()
    assert playback.take(STEP)[1]


def test_what_is_dropped_ends_without_a_click() -> None:
    playback = filled()
    before = [playback.take(STEP)[0] for _ in range(7)]
    playback.drop()
    assert not playback.unheard
    after = taken(playback)
    assert len(np.flatnonzero(after)) <= FADE_SECONDS * RATE
    assert bends(np.concatenate([*before, after])) < 3 * BEND


def test_what_is_paused_goes_on_where_it_stopped_without_a_click() -> None:
    playback = filled()
    whole = tone(0.5, RATE)
    before = np.concatenate([playback.take(STEP)[0] for _ in range(7)])
    playback.pause()
    playback.pause()
    fade = taken(playback)
    assert playback.unheard
    assert not playback.take(STEP)[0].any()
    playback.resume()
    playback.resume()
    after = taken(playback)
    assert bends(np.concatenate([before, fade])) < 3 * BEND
    assert bends(np.concatenate([[0, 0], after[: RATE // 5]])) < 3 * BEND
    fading = round(FADE_SECONDS * RATE)
    assert np.array_equal(before, whole[: 7 * STEP])
    assert np.array_equal(after[fading : RATE // 4], whole[7 * STEP + fading : 7 * STEP + RATE // 4])


def test_dropping_ends_a_pause() -> None:
    playback = filled()
    playback.take(STEP)
    playback.pause()
    playback.drop()
    taken(playback)
    playback.put(tone(0.1, RATE), RATE)
    assert playback.take(STEP)[1]
