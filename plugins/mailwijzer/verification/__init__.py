"""Verification: the fences of the chapters, run in the lab, many pages at a time."""
