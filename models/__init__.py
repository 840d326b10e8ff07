"""Engines, model files and hardware: what Parley needs to know about models. No Qt, no threads, nothing from app."""

import os

# Its ready builds send usage figures to Microsoft and keep an identifier of the computer, unless told before they load.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
