"""Words."""
def languages(): return []
def singles(): return frozenset()
