"""Rewrite Python from the old packages to ``ai_models``: spans of a text replaced, and everything else as it was."""
