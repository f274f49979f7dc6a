"""The editor's verbs, the same for the desk in the browser and for the command line."""

from mailwijzer.editing.checking import check
from mailwijzer.editing.drafts import open_draft, start_draft
from mailwijzer.editing.merging import merge
from mailwijzer.editing.publication import Published, UnfinishedError, publish
from mailwijzer.editing.similarity import similar
from mailwijzer.editing.undoing import undo

__all__ = [
    "Published",
    "UnfinishedError",
    "check",
    "merge",
    "open_draft",
    "publish",
    "similar",
    "start_draft",
    "undo",
]
