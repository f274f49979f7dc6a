"""How snippets, their badges and the ladders look: the adapter between our text and Python-Markdown."""
