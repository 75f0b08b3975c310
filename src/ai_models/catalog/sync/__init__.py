"""Sync: what the sources say now against the catalogue's files, shown as differences and written all or not at all.

``proposer`` says what the catalogue would be, ``plan`` what would change and what a person's word keeps as it is, ``edit``
changes the text of a file and nothing else in it, ``journal`` writes many files as one. ``journal`` alone is imported by
those who read files: it completes what an interrupted sync began.
"""
