"""Snippets: fences of a page that are run, what they expect, and what came of it. Pure."""
