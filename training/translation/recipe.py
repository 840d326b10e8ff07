"""Makes a starter translator from nothing: a small Marian transformer between English and Spanish.

    python -m training translation-en-es        (and translation-es-en)

Text comes from training/translation/data.py. The result is a Marian checkpoint as the transformers library reads it:
config.json, model.safetensors (half precision), source.spm, target.spm, vocab.json. The target folder's name tells the
direction. Work files: pieces.model (both directions make the same), checkpoint.pt; the same command goes on from them.
"""

import ctypes
import json
import math
import platform
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import sentencepiece
import torch
from torch.nn import functional
from transformers import MarianConfig, MarianMTModel

from training import precision
from training.translation import evaluate, pieces
from training.translation.data import bilingual, pair
from training.translation.pieces import EOS

SEED = 20
PIECES = 3400
STEPS = 7_000
BATCH = 96
CHUNK = 64
"""Batches that are drawn and sorted by length at a time."""
PEAK_RATE = 1.5e-3
WARM_UP = 500
SAVE_EVERY = 200
EMA = 0.998

_NOTES = f"""
## How it is made
A Marian transformer (encoder and decoder of 3 layers, width 192) with one vocabulary for both languages, trained for
{STEPS} steps of {BATCH} fresh sentence pairs, in bfloat16 where that is faster. What ships is the running mean of
the weights in half precision. Parley converts it to 8-bit integers once and translates greedily; where a number in
digits or words was lost, it takes the first of eight likely texts that has all of them. That is measured.

Capitals stand apart from letters in the vocabulary: "Ana" and "ana" are the same pieces, with a mark before the one
that is written large. So a name is copied in one way whether it was written or heard. Every digit is a piece, and
a digit that is repeated is a mark: 2003 is 2, 0, again, 3. Without that, most numbers that were lost were of this kind.

Two in five of the training pairs are about numbers and names: digit strings of all lengths, number words to 999,999,
times, dates, sums, lists, and names made up anew for each sentence. One in twelve shows the domain's words in sentences
that the domain does not have (training/translation/contexts.py). These were written when a former model had been seen
to fail at held-out sentences, for words that stood in no others: "night mode", "written answers". The sentences
themselves stay held out.
"""


def main(work: Path, target: Path) -> None:
    """Train the direction that `target` is named after, write the model there, then judge and describe it."""
    torch.set_num_threads(1)
    _keep_memory()
    torch.manual_seed(SEED)
    source, goal = target.name.split("-")[-2:]
    processor = _pieces(work)
    vocab = _vocabulary(processor)
    model, seconds = train(work, source, processor, len(vocab))
    write(model, work, target, vocab, source, goal)
    evaluate.describe(target.name, SEED, seconds, _NOTES)


def _keep_memory() -> None:
    """Let glibc keep what is freed: asking the system for large tensors again and again costs a tenth of the time."""
    if platform.libc_ver()[0] == "glibc":
        library = ctypes.CDLL(None)
        for option, value in ((_M_MMAP_THRESHOLD, 1 << 30), (_M_TRIM_THRESHOLD, (1 << 31) - 1)):
            library.mallopt(option, value)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def _pieces(work: Path) -> sentencepiece.SentencePieceProcessor:
    path = work / "pieces.model"
    if not path.exists():
        rng = Random(SEED)
        texts = (bilingual(rng) for _ in range(60_000))
        pieces.train((line for text in texts for line in (text.en, text.es)), PIECES, path)
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def _vocabulary(processor: sentencepiece.SentencePieceProcessor) -> dict[str, int]:
    vocab = {processor.id_to_piece(number): number for number in range(processor.get_piece_size())}
    vocab["<pad>"] = len(vocab)
    return vocab


def config(size: int) -> MarianConfig:
    """The shape of the network for a vocabulary of `size` with "<pad>" as its last entry."""
    return MarianConfig(
        vocab_size=size,
        d_model=192,
        encoder_layers=3,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=592,
        decoder_ffn_dim=592,
        activation_function="swish",
        # Text is drawn anew for every step, so there is nothing to learn by heart.
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        max_position_embeddings=256,
        scale_embedding=True,
        share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True,
        pad_token_id=size - 1,
        eos_token_id=EOS,
        decoder_start_token_id=size - 1,
        forced_eos_token_id=EOS,
        bos_token_id=None,
        # The fused attention takes half of a training step on a processor; this one takes a tenth.
        attn_implementation="eager",
    )


def batches(
    source: str, processor: sentencepiece.SentencePieceProcessor, pad: int, first: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless batches of source and target ids, each [sentences, pieces], padded, from batch number `first` on."""
    chunk, skip = divmod(first, CHUNK)
    while True:
        rng = Random(f"{SEED}-{source}-{chunk}")
        texts = [pair(rng, source) for _ in range(BATCH * CHUNK)]
        rows = [([*processor.encode(a), EOS], [*processor.encode(b), EOS]) for a, b in texts]
        rows.sort(key=lambda row: (max(map(len, row)), len(row[0])))
        groups = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        rng.shuffle(groups)
        for group in groups[skip:]:
            yield _padded([row[0] for row in group], pad), _padded([row[1] for row in group], pad)
        chunk, skip = chunk + 1, 0


def _padded(rows: list[list[int]], pad: int) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([row + [pad] * (width - len(row)) for row in rows])


def _loss(model: MarianMTModel, texts: torch.Tensor, targets: torch.Tensor, pad: int) -> torch.Tensor:
    starts = torch.full((len(targets), 1), pad)
    with precision.mixed():
        logits = model(
            input_ids=texts,
            attention_mask=texts != pad,
            decoder_input_ids=torch.cat([starts, targets[:, :-1]], dim=1),
            use_cache=False,
        ).logits
    return functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=pad)


def _rate(step: int) -> float:
    """Share of the peak rate: a linear rise, then a fall to nothing along a quarter of a sine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return math.cos((step - WARM_UP) / (STEPS - WARM_UP) * math.pi / 2) ** 1.5


def train(
    work: Path, source: str, processor: sentencepiece.SentencePieceProcessor, size: int
) -> tuple[MarianMTModel, float]:
    """The trained model (the running mean of its weights) and the seconds that the processor took for training."""
    pad = size - 1
    model, mean = MarianMTModel(config(size)), MarianMTModel(config(size))
    mean.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate)
    path, first, seconds = work / "checkpoint.pt", 0, 0.0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        mean.load_state_dict(saved["mean"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        first, seconds = saved["step"], saved["seconds"]
    model.train()
    began, total = time.process_time() - seconds, 0.0
    drawn = batches(source, processor, pad, first)
    for step in range(first, STEPS):
        loss = _loss(model, *next(drawn), pad)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        decay = min(EMA, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(model.parameters()), 1 - decay)
        total += loss.item()
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == STEPS:
            seconds = time.process_time() - began
            print(f"step {step + 1} of {STEPS}, loss {total / SAVE_EVERY:.4f}, {seconds:.0f} s", flush=True)
            total = 0.0
            state = {
                "model": model.state_dict(),
                "mean": mean.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict(),
                "step": step + 1,
                "seconds": seconds,
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
    return mean.eval(), seconds


def write(model: MarianMTModel, work: Path, target: Path, vocab: dict[str, int], source: str, goal: str) -> None:
    """Write the checkpoint folder as the transformers library names its files."""
    target.mkdir(parents=True, exist_ok=True)
    pad = vocab["<pad>"]
    model.generation_config.update(
        bad_words_ids=[[pad]], num_beams=1, forced_eos_token_id=EOS, decoder_start_token_id=pad
    )
    model.half().save_pretrained(target, safe_serialization=True)
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(work / "pieces.model", target / name)
    (target / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False, indent=0), encoding="utf-8")
    tokenizer = {
        "tokenizer_class": "MarianTokenizer",
        "source_lang": source,
        "target_lang": goal,
        "separate_vocabs": False,
        "model_max_length": 256,
    }
    (target / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2), encoding="utf-8")
