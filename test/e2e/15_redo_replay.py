#!/usr/bin/env python3
"""15_redo_replay.py - a random workload with kills, and a replay of V$LOGMNR_CONTENTS that must give the tables

	15_redo_replay.py [SEED ...]
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness
import workload

if len(sys.argv) > 1:
    workload.main([int(word) for word in sys.argv[1:]])
else:
    workload.main((0, 1, 2))
    workload.main((3, 4), threads=2, profile="21c")
harness.finish()
