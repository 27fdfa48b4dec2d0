"""SPARQL over the store of a build: checked, rewritten and answered in child processes that can be killed."""
