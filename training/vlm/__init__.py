"""The starter picture model: drawn pictures, a vision tower, joint training with a small decoder, two GGUF files."""
