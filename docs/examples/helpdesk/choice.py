"""Which model does what."""

from models.registry import GPT_4O, ModelRegistry, Provider

DRAFTS = GPT_4O.api_identifier


def default_of(vendor):
    """The model that somebody gets who has chosen a vendor alone."""
    return ModelRegistry.get_recommended_model(Provider(vendor)).api_identifier
