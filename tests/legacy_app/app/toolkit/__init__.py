"""Tools that the data team shares with the desk.

``toolkit.models`` and ``toolkit.providers`` are copies of the desk's packages from summer 2025. They were meant to be
replaced by the real ones "next sprint".
"""

__version__ = "0.4.1"
