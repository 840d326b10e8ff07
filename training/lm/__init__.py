"""A small language model of llama.cpp's "llama" architecture: tokenizer, template, torch model, training, GGUF.

Shared by the recipes of the language model and of the picture model; it knows nothing about what they are trained on.
"""
