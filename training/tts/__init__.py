"""The starter voices: speech data from a free synthesizer, a small source-filter network, export to Piper's format."""
