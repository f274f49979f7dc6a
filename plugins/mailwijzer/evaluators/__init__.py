"""Evaluators: run a snippet on a host and say what came of it. One for each kind."""
