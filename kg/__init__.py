"""Zhitu (知图): a knowledge graph that explains itself, read from mixed Chinese/English notes."""

__version__ = "0.1.0"
