#!/usr/bin/env python3
"""70_redo_habits.py - each habit of redo alone: who knows it follows, who does not fails, and follows without it"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import habits

habits.main(whole=True)
