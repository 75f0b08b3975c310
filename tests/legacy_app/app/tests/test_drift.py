from signal_desk.drift import Drift, find_drift

RIGHT = {"claude-haiku": (1.00, 5.00), "claude-sonnet": (3.00, 15.00)}


def test_no_drift_where_the_table_is_right():
    assert find_drift(RIGHT) == []


def test_the_famous_drift():
    [found] = find_drift({**RIGHT, "claude-haiku": (0.25, 1.25)})
    assert found == Drift("claude-haiku", (0.25, 1.25), (1.00, 5.00))
    assert str(found) == "claude-haiku: the table says (0.25, 1.25), the registry (1.0, 5.0)"


def test_models_that_the_registry_lacks_cannot_drift():
    assert find_drift({"claude-instant": (0.80, 2.40)}) == []


def test_without_a_table_it_takes_the_providers():
    assert all(isinstance(found, Drift) and found.table != found.registry for found in find_drift())
