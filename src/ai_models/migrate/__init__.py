"""Change a code base: from the old packages and hard-coded tables to ``ai_models``, planned, backed up and reversible."""
