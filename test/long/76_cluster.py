#!/usr/bin/env python3
"""76_cluster.py - a source of two redo threads is loaded and followed exactly, and not cut over while both instances are open"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness

text, report = harness.play_demo("cluster", threads=2, seconds=6, rows=5000)
with harness.test("the_changes_of_two_redo_threads_are_followed_exactly"):
    assert " rows compared under load, 0 different" in text, text[-600:]
with harness.test("a_cluster_of_open_instances_is_not_cut_over"):
    assert report is None and "CW4228" in text, text[-600:]
harness.finish()
