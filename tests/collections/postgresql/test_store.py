from __future__ import annotations
import numpy
from atoll.collections.types import Shape, Text


def test_smoke(store):
    g = store.start_generation("docs", "m", Shape(3), embedder="e", probe=b"1234", build="b")
    assert g.state == "serving"
    assert store.generations("docs") == [g]
    store.upsert("docs", "", [Text("a", "Hello world", ("x",), {"year": 2020, "f": 1e300, "g": 0.1}), Text("b", "Good bye world world")],
                 {g.id: numpy.array([[1, 0, 0], [0, 1, 0.1]], numpy.float32)})
    print(store.texts("docs", None), store.namespaces("docs"))
    print(store.nearest(g, [""], numpy.array([1, 0, 0], numpy.float32), 10))
    print(store.matching("docs", [""], "WORLD bye", 10))
    print(store.stats(), list(store.export("docs")))
    print(store.maintain(), store.maintain(whole=True), store.maintain(whole=True))
    print(store.stats())
    assert store.remove("docs", "", ["a", "c"]) == ["a"]
    print(store.stats())
