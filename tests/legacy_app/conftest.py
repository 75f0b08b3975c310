"""The application has a suite of its own, which runs in processes of its own: see ``workshop``."""

collect_ignore = ["app"]
