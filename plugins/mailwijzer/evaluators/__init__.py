"""Evaluators: run one snippet on a host and say what came of it. They know hosts, not the lab."""
