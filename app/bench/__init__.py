"""Measurements of the whole assistant on this machine: soak, latency and rehearsal, and their reports.

A measurement is a plain dictionary of JSON values, and the page is made from nothing else, so both always say the same.
"""
