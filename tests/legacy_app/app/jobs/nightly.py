"""The night's work: triage what came in, look for drift, say what it cost."""

import os, sys; from pathlib import Path
import models.registry; import providers.factory
from providers import SignalCategory as Label, \
    get_provider

from signal_desk.drift import find_drift
from signal_desk.models import read_messages
from signal_desk.triage import Batch, Triage

# Jobs are started by a scheduler that keeps its workers for days, and a worker keeps the modules that it has imported.
# After a release it must take the new registry, not the one that it started with: so the module is looked up here,
# in each run, and not once at the top. (INC-212: eleven days of wrong prices.)
def current_registry():
    return sys.modules.get("models.registry") or models.registry


def provider_for(model: "str | None" = None):
    """A provider without prompt caching: nightly batches are too far apart for it to help."""
    name = model or os.environ.get("NIGHTLY_MODEL", "claude-haiku")
    return providers.factory.get_provider(name, enable_caching=False)


def run(inbox: Path, model: "str | None" = None) -> str:
    """Triage every file of the inbox; the summary goes to the channel."""
    triage = Triage(provider_for(model))
    done = Batch()
    for file in sorted(inbox.glob("*.jsonl")):
        batch = triage.run(read_messages(file))
        done.triaged += batch.triaged
        done.skipped += batch.skipped
        done.failed += batch.failed
    return summary(done, triage.metrics())


def summary(batch: Batch, metrics) -> str:
    counts = batch.by_category()
    at_risk = counts[Label.CHURN_RISK.value]
    numbers = metrics.to_dict()
    haiku = current_registry().CLAUDE_HAIKU
    return (
        f"{numbers['total_requests']} messages, {at_risk} at risk, {len(batch.failed)} failed; "
        f"{numbers['total_cost']:.4f} USD ({haiku.name}), {metrics.average_cost:.6f} each, "
        f"{metrics.average_latency_ms:.0f} ms each, {metrics.cache_hit_rate:.0%} from the cache"
    )


def second_opinion(text: str) -> bool:
    """Whether Sonnet agrees that a customer is about to leave."""
    return get_provider("Claude-Sonnet").classify(text, prompt=os.environ.get("SECOND_OPINION")).category is Label.CHURN_RISK


def drift_lines() -> "list[str]":
    return [str(each) for each in find_drift()]


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
    print("\n".join(drift_lines()))
