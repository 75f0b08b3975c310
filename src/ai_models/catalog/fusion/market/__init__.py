"""The whole market from the feeds: providers, makers, models, offerings and prices, by rules that are data.

``proposal.propose`` is the one function that others call: claims and rules in, the catalogue's files and a report out.
``rules`` are the tables beside this package's modules, ``naming`` reads a provider's identifier, ``rows`` groups claims by
offering, ``known`` and ``matching`` say which model an offering serves, ``minting`` which models there are, ``facts`` what
is true of them, ``prices`` and ``history`` what the offerings cost.
"""
