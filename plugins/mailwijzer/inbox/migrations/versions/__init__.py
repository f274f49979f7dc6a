"""The steps, oldest first: rNNNN_what.py."""
