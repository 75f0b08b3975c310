def read_limits(*a): pass
