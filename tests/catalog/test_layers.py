"""What an overlay changes and what it leaves: every rule at its boundary, on a small catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from layering import KEY, Lay

from ai_models.catalog.catalog import Catalog
from ai_models.errors import CatalogError
from ai_models.models.base import Alias, ModelStatus
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.models.tasks import Task

# Models


def test_an_overlay_that_writes_nothing_changes_nothing_but_is_counted(lay: Lay, base: Catalog) -> None:
    catalog = lay(KEY)
    assert catalog.get_model("one") == base.get_model("one")
    assert catalog.counts() == base.counts()
    assert (catalog.overlays[0].files, catalog.overlays[0].models_changed) == (1, 1)
    assert base.overlays == ()


def test_exactly_the_written_keys_change(lay: Lay, base: Catalog) -> None:
    before, spec = base.get_model("one"), lay(KEY + "metadata: {context_window_output: 9000}").get_model("one")
    assert spec.context_window_output == 9000
    assert spec.metadata.context_window_input == 200_000
    assert spec.lifecycle == before.lifecycle
    assert (spec.capabilities, spec.unsupported) == (before.capabilities, before.unsupported)
    assert (spec.aliases, spec.reasoning, spec.documentation) == (before.aliases, before.reasoning, before.documentation)
    assert (spec.optimization, spec.pricing_ref) == (before.optimization, before.pricing_ref)


def test_null_makes_a_value_unknown(lay: Lay) -> None:
    spec = lay(KEY + "metadata: {knowledge_cutoff: null, family: ~}\nlifecycle: {retires_on: null}").get_model("one")
    assert (spec.knowledge_cutoff, spec.metadata.family, spec.lifecycle.retires_on) == (None, None, None)


def test_lifecycle_and_documentation_change_by_key_and_reasoning_as_a_whole(lay: Lay) -> None:
    spec = lay(
        KEY + "lifecycle: {retires_on: 2026-03-01}\ndocumentation: {notes: Ours.}\nreasoning: {control: toggle}"
    ).get_model("one")
    assert (spec.lifecycle.retires_on, spec.lifecycle.replacement) == (date(2026, 3, 1), ("two",))
    assert (spec.docs_url, spec.notes) == ("https://acme.example/one", "Ours.")
    assert spec.reasoning is not None
    assert (spec.reasoning.control, spec.reasoning.min_tokens) == ("toggle", None)
    assert lay(KEY + "reasoning: null\npricing_ref: null").get_model("one").reasoning is None


def test_a_written_capability_replaces_its_value_and_the_others_stay(lay: Lay) -> None:
    spec = lay(KEY + "capabilities: [audio_input]\nunsupported: [image_input]").get_model("one")
    assert spec.support(ModelCapability.AUDIO_INPUT) is Support.SUPPORTED
    assert spec.support(ModelCapability.IMAGE_INPUT) is Support.UNSUPPORTED
    assert spec.support(ModelCapability.TEXT_INPUT) is Support.SUPPORTED
    assert spec.support(ModelCapability.STREAMING) is Support.UNKNOWN


@pytest.mark.parametrize(
    ("window", "large"), [(100_000, Support.UNSUPPORTED), (100_001, Support.SUPPORTED), ("null", Support.UNKNOWN)]
)
def test_what_the_window_decides_follows_a_changed_window(lay: Lay, window: object, large: Support) -> None:
    spec = lay(KEY + f"metadata: {{context_window_input: {window}}}").get_model("one")
    assert spec.support(ModelCapability.LARGE_CONTEXT) is large


def test_aliases_are_added_and_one_of_the_same_name_is_replaced(lay: Lay) -> None:
    catalog = lay(KEY + "aliases: [mine, {name: first, since: 2025-02-01}]")
    assert [alias.name for alias in catalog.get_model("mine").aliases] == ["mine", "first", "one"]
    assert Alias(name="first", since=date(2025, 2, 1)) in catalog.get_model("first").aliases


def test_guidance_goes_on_after_the_shipped_one_and_is_not_repeated(lay: Lay) -> None:
    spec = lay(KEY + "optimization: {since: 2026-01-01, tips: [Be brief, Ask us]}").get_model("one")
    assert spec.optimization.tips == ("All ones like lists", "Be brief", "Ask us")
    assert (spec.optimization.pitfalls, spec.optimization.since) == (("It is slow",), date(2026, 1, 1))


def test_tasks_and_scores_of_an_overlay_are_added(lay: Lay) -> None:
    score = "{name: Ours, score: 71.50, metric: percent, source: https://acme.example/eval, date: 2026-02-01}"
    spec = lay(KEY + f"optimization: {{tasks: [coding, chat]}}\nbenchmarks: [{score}]").get_model("one")
    assert spec.optimization.tasks == (Task.CODING, Task.CHAT)
    assert [(found.name, str(found.score), found.date) for found in spec.benchmarks] == [("Ours", "71.50", date(2026, 2, 1))]


SCORED = """
    model_id: scored
    provider: acme
    metadata: {name: Scored, last_verified: 2025-12-01}
    benchmarks:
      - {name: Bench, score: 12.50, metric: percent, version: 2, source: "https://acme.example/eval", via: feed}
"""


def test_shipped_scores_stay_below_an_overlay_with_every_digit(write, base: Catalog) -> None:
    shipped = Catalog.load([write("scored/scored.yaml", SCORED).parent], base=base)
    overlay = write("more/more.yaml", "model_id: scored\nprovider: acme\nmetadata: {family: ones}\n")
    spec = Catalog.load([overlay.parent], base=shipped).get_model("scored")
    assert spec.metadata.family == "ones"
    assert spec.benchmarks == shipped.get_model("scored").benchmarks
    assert str(spec.benchmarks[0].score) == "12.50"


def test_an_overlay_may_repeat_a_shipped_score_and_what_contradicts_one_is_shown(write, base: Catalog) -> None:
    shipped = Catalog.load([write("scored/scored.yaml", SCORED).parent], base=base)
    entry = "metric: percent, version: '2', source: https://ours.example/eval"
    text = f"benchmarks: [{{name: bench, score: 12.5, {entry}}}, {{name: Bench, score: 14, {entry}}}]"
    overlay = write("more/more.yaml", "model_id: scored\nprovider: acme\n" + text)
    spec = Catalog.load([overlay.parent], base=shipped).get_model("scored")
    assert [(str(found.score), found.via) for found in spec.benchmarks] == [("12.5", None), ("14", None)]
    assert [conflict.field for conflict in spec.conflicts] == ["benchmarks: bench, percent, harness not stated, version 2"]
    assert spec.origin_of("benchmarks.bench") == str(overlay)
    again = write("last/last.yaml", "model_id: scored\nprovider: acme\nmetadata: {family: twos}\n")
    laid = Catalog.load([overlay.parent, again.parent], base=shipped).get_model("scored")
    assert laid.conflicts == spec.conflicts, "what contradicts is found again, and not twice"


def test_a_task_that_there_is_not_is_a_problem_with_the_nearest_one(lay: Lay) -> None:
    with pytest.raises(CatalogError, match=r"optimization.tasks\[0\].*codin.*coding"):
        lay(KEY + "optimization: {tasks: [codin]}")


def test_a_replaced_value_loses_the_evidence_that_spoke_for_the_old_one(lay: Lay) -> None:
    spec = lay(KEY + "metadata: {context_window_input: 150000}").get_model("one")
    assert set(spec.evidence) == {"image_input", "retires_on"}, "large_context is derived from the window"
    assert [conflict.field for conflict in spec.conflicts] == ["release_date"]


def test_an_overlay_may_bring_evidence_and_conflicts_of_its_own(lay: Lay) -> None:
    spec = lay(
        KEY
        + """metadata: {context_window_input: 150000}
evidence: {context_window_input: [other, manual]}
conflicts: [{field: context_window_input, values: {a: "1"}, settled_by: us}]"""
    ).get_model("one")
    assert spec.evidence["context_window_input"] == ("other", "manual")
    assert [conflict.settled_by for conflict in spec.conflicts] == ["us", "the feed"]


@pytest.mark.parametrize(
    ("retires_on", "status", "then"),
    [("2025-12-02", "active", ModelStatus.ACTIVE), ("2025-12-01", None, ModelStatus.RETIRED)],
)
def test_a_shipped_status_gives_way_to_dates_that_contradict_it(
    lay: Lay, retires_on: str, status: str | None, then: ModelStatus
) -> None:
    spec = lay(KEY + f"lifecycle: {{retires_on: {retires_on}}}").get_model("one")
    assert spec.lifecycle.status == status
    assert spec.status_at(date(2025, 12, 1)) is then


def test_a_new_model_shares_the_guidance_of_a_shipped_family(lay: Lay) -> None:
    catalog = lay("""
        model_id: mine
        provider: me
        metadata: {name: Mine, family: ones, last_verified: 2025-12-01}
        optimization: {tips: [Ours]}
    """)
    spec = catalog.get_model("mine")
    assert spec.optimization.tips == ("All ones like lists", "Ours")
    assert spec.origin.endswith("/overlay1/file.yaml")
    assert spec.origins == {}
    assert spec.origin_of("name") == spec.origin
    assert (catalog.overlays[0].models_added, catalog.overlays[0].models_changed) == (1, 0)


def test_a_family_of_the_overlay_adds_to_all_its_models_and_to_those_that_come_after_it(lay: Lay) -> None:
    family = "family: ones\nmaker: acme\nname: Ones\noptimization: {tips: [From the family]}"
    new = "model_id: mine\nprovider: me\nmetadata: {name: Mine, family: ones, last_verified: 2025-12-01}"
    catalog = lay(family, KEY + "optimization: {tips: [Mine]}", new)
    one = catalog.get_model("one")
    assert one.optimization.tips == ("All ones like lists", "Be brief", "From the family", "Mine")
    assert one.origin_of("optimization.tips").endswith("overlay2/file.yaml")
    assert catalog.get_model("two").origin_of("optimization.tips").endswith("overlay1/file.yaml")
    assert catalog.get_model("mine").optimization.tips == ("All ones like lists", "From the family")


def test_every_changed_value_knows_its_file(lay: Lay) -> None:
    spec = lay(
        KEY
        + """aliases: [mine]
metadata: {context_window_input: 100000}
lifecycle: {retires_on: 2027-02-01}
capabilities: [streaming]
reasoning: {control: toggle}
documentation: {notes: Ours.}
optimization: {tips: [Ask us]}"""
    ).get_model("one")
    assert set(spec.origins) == {
        "aliases.mine", "context_window_input", "retires_on", "streaming", "reasoning", "documentation.notes",
        "optimization.tips",
    }  # fmt: skip
    assert spec.origin_of("context_window_input").endswith("/overlay1/file.yaml")
    assert spec.origin_of("context_window_output") == spec.origin == "acme/one.yaml"


def test_nobody_can_spoil_an_origin_for_the_others(lay: Lay) -> None:
    catalog = lay(KEY + "aliases: [mine]", "provider: acme\nmodels: {one-1: {region: eu}}")
    for origins in (catalog.get_model("one").origins, catalog.get_offering("one").origins):
        with pytest.raises(TypeError, match="belongs to a value that cannot change"):
            origins["name"] = "elsewhere"


# Several overlays


def test_of_two_overlays_the_later_wins_by_value(lay: Lay) -> None:
    catalog = lay(
        KEY + "metadata: {context_window_input: 1000, knowledge_cutoff: 2020}",
        KEY + "metadata: {context_window_input: 2000}",
    )
    spec = catalog.get_model("one")
    assert (spec.metadata.context_window_input, spec.knowledge_cutoff) == (2000, "2020")
    assert spec.origin_of("context_window_input").endswith("overlay2/file.yaml")
    assert spec.origin_of("knowledge_cutoff").endswith("overlay1/file.yaml")
    assert [entry.models_changed for entry in catalog.overlays] == [1, 1]


def test_a_later_overlay_changes_a_model_that_an_earlier_one_added(lay: Lay) -> None:
    new = "model_id: mine\nprovider: me\nmetadata: {name: Mine, last_verified: 2025-12-01}"
    spec = lay(new, "model_id: mine\nprovider: me\nmetadata: {name: Renamed}").get_model("mine")
    assert spec.name == "Renamed"
    assert (spec.origin[-18:-10], spec.origin_of("name")[-18:-10]) == ("overlay1", "overlay2")


# Prices


def history(catalog: Catalog, name: str = "one") -> list[tuple[str | None, Decimal | None]]:
    versions = catalog.get_offering(name).versions
    return [(str(v.effective_date) if v.effective_date else None, v.rate("input")) for v in versions]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2025-09-02", [("2025-01-01", 5), ("2025-05-01", 4), ("2025-09-01", 3), ("2025-09-02", 2)]),
        ("2025-09-01", [("2025-01-01", 5), ("2025-05-01", 4), ("2025-09-01", 2)]),
        ("2025-08-31", [("2025-01-01", 5), ("2025-05-01", 4), ("2025-08-31", 2)]),
        ("2025-01-01", [("2025-01-01", 2)]),
        ("null", [(None, 2)]),
    ],
)
def test_from_the_overlays_first_version_on_its_versions_are_the_history(
    lay: Lay, start: str, expected: list[tuple[str | None, int]]
) -> None:
    catalog = lay(f"""
        provider: acme
        models: {{one-1: {{pricing_versions: [{{effective_date: {start}, input_per_1m_tokens: 2}}]}}}}
    """)
    assert history(catalog) == expected
    offering = catalog.get_offering("one")
    own = [offering.version_origin(version).endswith("overlay1/file.yaml") for version in offering.versions]
    assert own == [False] * (len(expected) - 1) + [True]
    assert offering.versions[-1].rate("output") is None, "a version is a whole card"


def test_a_later_overlay_replaces_the_versions_of_an_earlier_one(lay: Lay) -> None:
    version = "provider: acme\nmodels: {{one-1: {{pricing_versions: [{{effective_date: {}, input_per_1m_tokens: {}}}]}}}}"
    catalog = lay(version.format("2025-06-01", 7), version.format("2025-05-15", 6))
    assert history(catalog) == [("2025-01-01", 5), ("2025-05-01", 4), ("2025-05-15", 6)]
    origins = catalog.get_offering("one").origins
    assert set(origins) == {"pricing_versions.2025-05-15T00:00:00+00:00"}


def test_an_offering_changes_by_key_and_keeps_its_history(lay: Lay, base: Catalog) -> None:
    catalog = lay("""
        provider: acme
        models:
          one-1:
            display_name: Ours
            limits: {context_window_input: 1000}
            lifecycle: {retires_on: 2026-11-01}
            unsupported: [fine_tuning]
            region: eu
            pricing_versions: []
            conflicts: [{field: input, values: {a: "1"}, settled_by: us}]
    """)
    before, after = base.get_offering("one"), catalog.get_offering("one")
    assert after.versions == before.versions
    assert (after.display_name, after.region, after.model) == ("Ours", "eu", "acme/one-1")
    assert (after.limits.context_window_input, after.limits.context_window_output) == (1000, 4000)
    assert after.lifecycle is not None
    assert (after.lifecycle.deprecated_on, after.lifecycle.retires_on) == (date(2026, 6, 1), date(2026, 11, 1))
    assert after.unsupported_mask == ModelCapability.FINE_TUNING.bit
    assert [conflict.settled_by for conflict in after.conflicts] == ["us"]
    assert set(after.origins) == {
        "display_name", "limits.context_window_input", "lifecycle.retires_on", "unsupported", "region", "conflicts",
    }  # fmt: skip
    assert after.origin == before.origin


def test_a_provider_changes_by_key(lay: Lay) -> None:
    catalog = lay("provider: acme\npricing_url: https://intra.example\nmodels: {}")
    entry = catalog.providers["acme"]
    assert (entry.display_name, entry.pricing_url, entry.regions) == ("Acme Inc.", "https://intra.example", ["eu", "us"])
    assert (entry.offerings, entry.histories) == (2, 1)


def test_a_new_provider_sells_a_shipped_model(lay: Lay) -> None:
    catalog = lay("provider: shop\nmodels: {one-cheap: {model: acme/one-1, pricing_versions: [{input_per_1m_tokens: 1}]}}")
    assert catalog.get_offering("one", provider="shop").versions[0].rate("input") == 1
    assert catalog.sellers("acme/one-1") == ["acme:one-1", "shop:one-cheap"]
    assert (catalog.overlays[0].offerings_added, catalog.overlays[0].offerings_changed) == (1, 0)


def test_a_model_of_the_overlay_matches_an_offering_that_matched_none(lay: Lay, base: Catalog) -> None:
    assert base.offering("acme", "three").model is None
    catalog = lay("model_id: three\nprovider: acme\nmetadata: {name: Three, last_verified: 2025-12-01}")
    assert catalog.get_offering("three").model == "acme/three"


# Everything else


def test_sources_of_the_overlay_are_known_to_its_evidence(write, base: Catalog) -> None:
    write("overlay/sources.yaml", 'sources: {us: {name: Us, url: "https://us.example", licence: own}}')
    folder = write("overlay/one.yaml", KEY + "evidence: {name: [us]}").parent
    catalog = Catalog.load([folder], base=base)
    assert catalog.get_model("one").evidence["name"] == ("us",)
    assert set(catalog.sources) == {"feed", "other", "us"}


def test_the_same_overlays_give_the_same_bytes(lay: Lay) -> None:
    one, other = lay(KEY + "aliases: [mine]"), lay(KEY + "aliases: [mine]")
    assert bytes(one._snapshot._view) == bytes(other._snapshot._view)


def test_what_is_not_overlaid_is_untouched(lay: Lay, base: Catalog) -> None:
    catalog = lay(KEY + "aliases: [mine]")
    assert catalog.get_model("two") == base.get_model("two")
    assert catalog.offerings() == base.offerings()
    assert catalog.sources == base.sources
    assert catalog.providers == base.providers
