def read_prices(*a): pass
