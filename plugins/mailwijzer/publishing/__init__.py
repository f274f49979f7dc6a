"""From question files to pages: only what changed is rendered, and nothing of MkDocs is known."""
