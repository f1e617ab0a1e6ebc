#!/usr/bin/env python3
"""17_redo_habits.py - each habit of redo alone makes a reader fail that does not know it"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import habits

habits.main(whole=False)
