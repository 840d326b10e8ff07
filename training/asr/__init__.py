"""The recipe of the starter's English recognizer: a Vosk model made from synthesized speech alone."""
