"""Questions to a finished graph: search, topic cards, explained paths; all read from the tables on disk."""
