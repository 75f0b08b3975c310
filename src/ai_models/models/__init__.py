"""What a model is: specifications, lifecycle and capabilities."""
