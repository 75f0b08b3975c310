"""Guides about models in Markdown: what they say of a model becomes guidance beside its facts, and nothing is lost."""
