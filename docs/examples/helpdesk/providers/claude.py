CLAUDE_PRICING = {"claude-haiku": (0.25, 1.25)}  # USD per 1M tokens, in and out


class ClaudeProvider:
    def __init__(self, model="claude-haiku", enable_caching=True):
        self.model, self.enable_caching = model, enable_caching

    def _calculate_cost(self, input_tokens, output_tokens):
        rates = CLAUDE_PRICING[self.model]
        return (input_tokens * rates[0] + output_tokens * rates[1]) / 1_000_000
