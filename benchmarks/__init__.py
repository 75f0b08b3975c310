"""Speed and memory, side by side with the peers; run by ``uv run pytest benchmarks``. Nothing here asserts a time."""
