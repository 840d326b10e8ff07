"""The one chat template, ChatML: it goes into the GGUF file and it makes the training text.

Owns how a talk becomes text and token ids, and talks a batch; knows no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer
from torch import Tensor

from training.lm.tokenizer import END_ID, END_OF_TEXT_ID, START_ID

PICTURE_MARKER = "<__media__>"
"""Where llama.cpp's multimodal library puts a picture's embeddings."""

PICTURE_BEGINS, PICTURE_ENDS = "<start_of_image>", "<end_of_image>"
"""What that library writes around them for the starter's kind of projector, as text of its own."""

PICTURE = -1
"""Stands in token ids for one embedding of a picture."""

# A message's content is a string, or a list of parts whose texts join (llama.cpp's picture handler sends those).
TEMPLATE = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['content'] is string -%}
{{- message['content'] -}}
{%- else -%}
{%- for part in message['content'] -%}
{{- part['text'] -}}
{%- endfor -%}
{%- endif -%}
{{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""

_TEMPLATE = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE)

Messages = Sequence[Mapping[str, str]]
"""Messages with "role" ("system", "user", "assistant") and "content"."""


@dataclass(frozen=True)
class Example:
    """A talk as token ids; `learned[i]` tells whether the model shall learn to say token i (answers only)."""

    ids: list[int]
    learned: list[bool]


def render(messages: Messages, add_generation_prompt: bool = False) -> str:
    """The talk as text, as llama.cpp's callers render it from the GGUF."""
    return _TEMPLATE.render(messages=messages, add_generation_prompt=add_generation_prompt)


def encode(
    tokenizer: Tokenizer, messages: Messages, add_generation_prompt: bool = False, picture_tokens: int = 0
) -> Example:
    """Token ids of a talk. Each PICTURE_MARKER in it becomes `picture_tokens` times PICTURE, with marks around.

    Each of these texts is tokenized apart, as llama.cpp does it.
    """
    ids: list[int] = []

    def add(text: str) -> None:
        ids.extend(tokenizer.encode(text, add_special_tokens=False).ids)

    for place, text in enumerate(render(messages, add_generation_prompt).split(PICTURE_MARKER)):
        if place:
            add(PICTURE_BEGINS)
            ids += [PICTURE] * picture_tokens
            add(PICTURE_ENDS)
        add(text)
    return Example(ids, _answers(ids, tokenizer.encode("assistant\n", add_special_tokens=False).ids))


def _answers(ids: list[int], header: list[int]) -> list[bool]:
    """Marks what follows each start + `header`, up to and including its end token."""
    learned = [False] * len(ids)
    inside = False
    place = 0
    while place < len(ids):
        if ids[place] == START_ID:
            inside = ids[place + 1 : place + 1 + len(header)] == header
            place += 1 + (len(header) if inside else 0)
            continue
        learned[place] = inside
        inside = inside and ids[place] != END_ID
        place += 1
    return learned


def padded(examples: list[Example], multiple: int = 1) -> tuple[Tensor, Tensor]:
    """Token ids and their learned marks, both [talks, time], padded right to a `multiple` of tokens."""
    longest = -(-max(len(example.ids) for example in examples) // multiple) * multiple
    ids = torch.full((len(examples), longest), END_OF_TEXT_ID)
    learned = torch.zeros(len(examples), longest, dtype=torch.bool)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        learned[row, : len(example.ids)] = torch.tensor(example.learned)
    return ids, learned
