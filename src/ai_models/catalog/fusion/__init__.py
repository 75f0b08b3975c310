"""Many sources become one catalogue: claims are assigned to models, weighed, and settled as facts and rate cards.

``rules`` and ``identity`` say which model a source means, ``meaning`` what a claim implies, ``precedence`` which claim
stands; ``facts`` and ``prices`` are the two results. Only the generator imports this package: the library reads the YAML.
"""
