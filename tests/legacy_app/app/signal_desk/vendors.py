"""Who makes a model, in the words of our reports."""

from models import ModelRegistry, ModelSpec
from models import Provider as Vendor

CONTRACTS = {
    Vendor.ANTHROPIC: "enterprise, until 2027-03",
    Vendor.OPENAI: "pay as you go",
    Vendor.GOOGLE: "ended",
}


def label(vendor: Vendor) -> str:
    """A vendor's name as it is written."""
    match vendor:
        case Vendor.ANTHROPIC:
            return "Anthropic"
        case Vendor.OPENAI:
            return "OpenAI"
        case Vendor.GOOGLE:
            return "Google"
        case _:
            raise ValueError(f"no vendor of ours: {vendor!r}")


def label_of(spec: "ModelSpec") -> str:
    """The name of a model's maker."""
    if not isinstance(spec, ModelSpec):
        raise TypeError(f"expected a ModelSpec, got {type(spec).__name__}")
    return label(spec.provider)


def contract_of(spec: "ModelSpec") -> str:
    return CONTRACTS[spec.provider]


def is_claude(spec: "ModelSpec") -> bool:
    return spec.provider == Vendor.ANTHROPIC


def is_google(spec: "ModelSpec") -> bool:
    return spec.provider is Vendor.GOOGLE


def page_of(spec: "ModelSpec") -> str:
    """Where its maker describes a model."""
    return spec.docs_url


def slug(spec: "ModelSpec") -> str:
    """For file names: ``openai-gpt-4o``."""
    return f"{spec.provider.value}-{spec.api_identifier}"


def vendor_named(name: str) -> "Vendor":
    """From a name in a configuration file."""
    return Vendor(name.strip().lower())


def identifiers_of(vendor: "Vendor") -> "set[str]":
    """The API identifiers of a vendor's models."""
    return {spec.api_identifier for spec in ModelRegistry.get_by_provider(vendor).values()}


def claude_identifiers() -> "set[str]":
    return {spec.api_identifier for spec in ModelRegistry.get_by_provider(Vendor.ANTHROPIC).values()}
