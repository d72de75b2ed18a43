#!/usr/bin/env python3
"""A12 on a file; handoff.py says what happens."""
import handoff

handoff.test(lambda folder: f"sqlite:{folder}/flows.sqlite")
