#!/usr/bin/env python3
"""Fails the build if a model that we use has gone, or two of ours share an identifier."""
import sys; sys.path.insert(0, __file__.rsplit("/", 2)[0])
from models import ModelRegistry, Provider; import models.registry as registry; from models.registry import CLAUDE_OPUS

# tabs, because this file came with us from the monolith


def problems(identifiers=()):
	"""What is wrong, as sentences."""
	found = []
	for identifier in identifiers:
		if ModelRegistry.is_deprecated(identifier):
			found.append("%s: %s" % (identifier, ModelRegistry.get_replacement(identifier)))
	for key in ("claude-sonnet-4.5", "claude-haiku-4.5", "gpt-4o", "gpt-4o-mini"):
		spec = registry.ModelRegistry.get_spec(key)
		if spec == None:
			found.append("%s has gone" % key)
			continue
		if not spec.input_price_per_1m < spec.output_price_per_1m:
			found.append("%s: answers are cheaper than prompts?" % spec.name)
	return found


def vendors():
	return [provider.value for provider in Provider]


def dearest():
	"""What nobody should put into a job."""
	return CLAUDE_OPUS.name


if __name__ == "__main__":
	lines = problems(sys.argv[1:])
	print("\n".join(lines) or "all fine")
	sys.exit(1 if lines else 0)
