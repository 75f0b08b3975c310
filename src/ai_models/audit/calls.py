def read_calls(*a): pass
