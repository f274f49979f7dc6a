"""Images: what a machine's disk looks like before the story begins."""
