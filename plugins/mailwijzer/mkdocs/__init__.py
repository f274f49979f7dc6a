"""The MkDocs face: the only importers of mkdocs. Hooks translate; they decide nothing."""
