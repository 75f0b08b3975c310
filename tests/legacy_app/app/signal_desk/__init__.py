"""Signal desk: reads what customers write to us and sorts it before a person does."""

__version__ = "2.3.0"
