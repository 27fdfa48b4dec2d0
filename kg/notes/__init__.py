"""Folders and files -> Documents, Sections, Blocks, Links and Sentences."""

from kg.notes.files import SUFFIXES, UNREADABLE, NoteFile, find_notes
from kg.notes.read import MAX_BYTES, read_note
from kg.notes.sentences import split_sentences
from kg.notes.urls import canonical_url, site_of

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "UNREADABLE",
    "NoteFile",
    "canonical_url",
    "find_notes",
    "read_note",
    "site_of",
    "split_sentences",
]
