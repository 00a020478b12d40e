"""The schema for editors and the loader must agree on what is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.manifest import (
    GraphQLSettings,
    HttpConnection,
    InferenceSettings,
    LimitSettings,
    ManifestError,
    PoolSettings,
    Problem,
    RateSettings,
    Retention,
    RetrySettings,
    parse_manifest,
    schema_text,
)
from atoll.manifest.collection import (
    DISTANCES,
    EF_CONSTRUCTION,
    INDEX_TYPES,
    OPTIONS,
    QUANTIZATIONS,
    IndexSettings,
    SearchMethod,
)
from atoll.manifest.graphql import FIELD_COST, FUNCTION_COST, MOST_COST, SWITCHES
from atoll.manifest.graphql import RULES as QUERY_RULES
from atoll.manifest.inferences import LONGEST_RULE, MOST_RULES, RETENTION_RULES
from atoll.manifest.inferences import RULES as INFERENCE_RULES
from atoll.manifest.limits import RULES, LimitRule
from atoll.manifest.traffic import (
    MAX_CONNECTIONS,
    POOL_RULES,
    RATE_RULES,
    RETRY_RULES,
    TIMEOUT,
)

SCHEMA = json.loads(schema_text())
# An editor's "$" is the very end; Python's also stands before a last line break.
VALIDATOR = jsonschema.Draft7Validator(
    json.loads(re.sub(r'\$(?=["|)])', lambda _: r"\\Z", schema_text()))
)
CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))

# What the schema cannot say, or what concerns more than one place.
BEYOND = {
    "DUPLICATE_KEY",
    "DUPLICATE_PATH",
    "HYPERMODE_MODEL",
    "UNKNOWN_CONNECTION",
    "MODEL_ADDRESS",
    "MODEL_FALLBACK",
    "SECRETS_SHARED_WITH_APP",
    "INVALID_PATTERN",
}


def complaints(problems: tuple[Problem, ...]) -> list[Problem]:
    return [
        problem
        for problem in problems
        if problem.code not in BEYOND
        and "that says which one" not in problem.message
        and 'more than "maxSize"' not in problem.message  # two keys, which a schema cannot compare
    ]


def load(manifest: Any) -> tuple[Problem, ...]:
    try:
        return parse_manifest(json.dumps(manifest)).warnings
    except ManifestError as error:
        return error.problems


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_every_key_is_described() -> None:
    def properties(schema: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(schema, dict):
            for key, value in schema.items():
                if key == "properties" and schema.get("additionalProperties") is False:
                    yield from value.items()
                yield from properties(value)
        elif isinstance(schema, list):
            for item in schema:
                yield from properties(item)

    found = list(properties(SCHEMA))
    assert len(found) > 30
    for key, schema in found:
        if schema is True:  # described where the key is first declared
            continue
        target = schema
        if "$ref" in schema:
            target = SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]]
        assert target.get("description"), key


def test_limits_are_the_same_in_both() -> None:
    described = SCHEMA["definitions"]["limits"]["properties"]
    assert list(described) == [rule.key for rule in RULES]
    for rule in RULES:
        schema = described[rule.key]
        assert schema["default"] == getattr(LimitSettings(), rule.attribute)
        assert (schema["minimum"], schema["maximum"]) == (rule.minimum, rule.maximum)
        assert schema["type"] == ("integer" if rule.whole else "number")


def test_settings_of_the_api_are_the_same_in_both() -> None:
    described = SCHEMA["definitions"]["graphql"]["properties"]
    assert set(described) == {rule.key for rule in QUERY_RULES} | set(SWITCHES) | {"costs"}
    for rule in QUERY_RULES:
        schema = described[rule.key]
        assert schema["default"] == getattr(GraphQLSettings(), rule.attribute)
        assert (schema["minimum"], schema["maximum"]) == (rule.minimum, rule.maximum)
    for key, attribute in SWITCHES.items():
        assert described[key]["default"] == getattr(GraphQLSettings(), attribute)
    assert described["costs"]["additionalProperties"]["maximum"] == MOST_COST
    costs = f"a function costs {FUNCTION_COST}, any other field {FIELD_COST}."
    assert costs in described["maxCost"]["description"]


def test_settings_of_inferences_are_the_same_in_both() -> None:
    described = SCHEMA["definitions"]["inferences"]["properties"]
    retention = described["retention"]["properties"]
    for found, rules, defaults in (
        (described, INFERENCE_RULES, InferenceSettings()),
        (retention, RETENTION_RULES, Retention()),
    ):
        for rule in rules:
            schema = found[rule.key]
            assert schema["default"] == getattr(defaults, rule.attribute)
            assert (schema["minimum"], schema["maximum"]) == (rule.minimum, rule.maximum)
    assert described["record"]["default"] == InferenceSettings().record
    for schema in described["redact"]["properties"].values():
        assert (schema["maxItems"], schema["items"]["maxLength"]) == (MOST_RULES, LONGEST_RULE)


def test_settings_of_search_methods_are_the_same_in_both() -> None:
    described = SCHEMA["definitions"]["searchMethod"]["properties"]
    index = described["index"]["properties"]
    for schema, known, default in (
        (described["distance"], DISTANCES, SearchMethod("m", "e").distance),
        (index["type"], INDEX_TYPES, IndexSettings().type),
        (index["quantization"], QUANTIZATIONS, IndexSettings().quantization),
    ):
        assert schema["enum"] == [*known, ""]
        assert schema["default"] == default
    options = index["options"]["properties"]
    assert options.keys() == {rule.key for rule in (*OPTIONS, EF_CONSTRUCTION)} | {"maxLevels"}
    for rule in (*OPTIONS, EF_CONSTRUCTION):
        schema = options[rule.key]
        assert schema["default"] == getattr(IndexSettings(), rule.attribute)
        assert (schema["minimum"], schema["maximum"]) == (rule.minimum, rule.maximum)


@pytest.mark.parametrize(
    ("section", "rules", "defaults"),
    [
        ("pool", POOL_RULES, PoolSettings()),
        ("retries", RETRY_RULES, RetrySettings()),
        ("rateLimit", RATE_RULES, RateSettings(1)),
    ],
)
def test_settings_of_connections_are_the_same_in_both(
    section: str, rules: tuple[LimitRule, ...], defaults: Any
) -> None:
    described = SCHEMA["definitions"][section]["properties"]
    for rule in rules:
        schema = described[rule.key]
        assert (schema["minimum"], schema["maximum"]) == (rule.minimum, rule.maximum)
        if rule.key != "requests":
            assert schema["default"] == getattr(defaults, rule.attribute)
    if section == "retries":
        assert set(described["statuses"]["default"]) == defaults.statuses
        assert set(described["methods"]["default"]) == defaults.methods


def test_limits_of_connections_are_the_same_in_both() -> None:
    timeout = SCHEMA["definitions"]["timeoutSeconds"]
    assert (timeout["minimum"], timeout["maximum"]) == (TIMEOUT.minimum, TIMEOUT.maximum)
    most = SCHEMA["definitions"]["httpConnection"]["properties"]["maxConnections"]
    assert (most["minimum"], most["maximum"]) == (MAX_CONNECTIONS.minimum, MAX_CONNECTIONS.maximum)
    assert most["default"] == HttpConnection("a").max_connections


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_cases_agree(case: dict[str, Any], check: Callable[..., tuple[Problem, ...]]) -> None:
    try:
        manifest = case["manifest"]
        data = json.loads(manifest) if isinstance(manifest, str) else manifest
    except json.JSONDecodeError:
        return  # no matter for a schema
    if case["about"] == "every origin and another":
        return  # each alone is fine
    assert VALIDATOR.is_valid(data) == (not complaints(check(data)))


NAMES = st.sampled_from(["a", "my-api", "my_api", "A1", "-a", "x" * 64, ""])
JUNK = st.sampled_from([None, 1, True, "", "x", [], {}, ["x"], {"a": "b"}])
PLACES = (
    "https://a/",
    "https://a/b",
    "http://h:1/v1/",
    "ftp://a/",
    "https://a b/",
    "https://{{X}}/",
)


def some(keys: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with all or any of ``keys``, perhaps with another value or an unknown key."""
    noisy = {key: st.one_of(value, value, value, JUNK) for key, value in keys.items()}
    extra = st.sampled_from([{}, {}, {}, {"zzz": 1}])
    odd = st.tuples(st.fixed_dictionaries({}, optional=noisy), extra).map(
        lambda pair: pair[0] | pair[1]
    )
    # Hardly any odd one is right.
    return st.one_of(odd, st.fixed_dictionaries({}, optional=keys), st.fixed_dictionaries(keys))


def texts(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


ENDPOINT = some(
    {
        "type": texts("graphql"),
        "path": texts(
            "/g", "/", "g", "/a b", "/health", "/metrics/", "/healthy", "/\u2003", "/a\n"
        ),
        "auth": texts("none", "bearer-token", "None"),
    }
)
SERVED = st.fixed_dictionaries(
    {"type": texts("graphql"), "path": texts("/", "/g", "/g\n", "g"), "auth": texts("none")}
)
MODEL = some(
    {
        "connection": texts("hypermode", "local", "c"),
        "sourceModel": texts("m"),
        "path": texts("p"),
        "provider": texts("hugging-face", "other"),
    }
)
LOCAL_MODEL = st.fixed_dictionaries({"connection": texts("local"), "sourceModel": texts("m", "")})
PAIRS = st.dictionaries(
    texts("A", "A-b", "A B", "", "é", "a,b"), texts("v", "", "{{X}}") | JUNK, max_size=2
)
ADDRESSES = texts(
    "{{X}}", "postgres://h/d", "postgresql://h", "mysql://h", "dgraph://h:1", "h:1", "h", "h:1\n",
    "127.0.0.1:9080", "neo4j://h", "neo4j+s://h", "bolt+ssc://h", "bolt+x://h", " mysql://h",
)  # fmt: skip
CONNECTION = some(
    {
        "type": texts("http", "postgresql", "mysql", "dgraph", "neo4j", "http", "redis"),
        "baseUrl": texts(*PLACES),
        "endpoint": texts(*PLACES),
        "headers": PAIRS,
        "queryParameters": PAIRS,
        "connString": ADDRESSES,
        "grpcTarget": ADDRESSES,
        "dbUri": ADDRESSES,
        "key": texts("k"),
        "username": texts("u"),
        "password": texts("{{P}}"),
    }
)
NUMBERS = st.sampled_from([0, 1, 1.0, 1.5, 0.5, 60, 10**4, 10**7])
POOL = some({rule.key: NUMBERS for rule in POOL_RULES})
RETRIES = some(
    {rule.key: NUMBERS for rule in RETRY_RULES}
    | {
        "statuses": st.lists(st.sampled_from([429, 599, 99, 600, "x"]) | JUNK, max_size=2),
        "methods": st.lists(texts("GET", "get", "TRACE", "POST"), max_size=2),
        "retryAfter": st.booleans(),
    }
)
RATE = some({rule.key: NUMBERS for rule in RATE_RULES})
TRAFFIC = some(
    {"timeoutSeconds": NUMBERS, "retries": RETRIES, "rateLimit": RATE, "maxConnections": NUMBERS}
).map(lambda keys: {"type": "http", "endpoint": "https://a/b", **keys})
SQL_TRAFFIC = some({"pool": POOL, "timeoutSeconds": NUMBERS}).map(
    lambda keys: {"type": "postgresql", "connString": "postgres://h/d", **keys}
)
# Mostly the keys that belong together, else hardly any connection would be right.
HTTP = some({"baseUrl": texts(*PLACES), "headers": PAIRS}).map(lambda c: {"type": "http", **c})
SQL = st.fixed_dictionaries(
    {
        "type": texts("postgresql", "mysql"),
        "connString": texts("mysql://h", " mysql://h", "postgres://h/d"),
    }
)
DGRAPH = some({"connString": ADDRESSES, "grpcTarget": ADDRESSES, "key": texts("k")}).map(
    lambda c: {"type": "dgraph", **c}
)
ONE_DGRAPH = st.fixed_dictionaries(
    {"type": texts("dgraph"), "connString": texts("dgraph://h:1", "h")}
)
NEO4J = some({"dbUri": ADDRESSES, "username": texts("u"), "password": texts("p")}).map(
    lambda c: {"type": "neo4j", **c}
)
LIMITS = some(
    {rule.key: st.sampled_from([0, 1, 1.0, 1.5, 0.01, 64, 10**6, 4096]) for rule in RULES}
)
GRAPHQL = some(
    {rule.key: st.sampled_from([0, 1, 1.0, 1.5, 50, 10**5, 10**7]) for rule in QUERY_RULES}
    | {key: st.booleans() for key in SWITCHES}
    | {"costs": st.dictionaries(texts("f", "F", "é", ""), st.sampled_from([-1, 0, 1.5, 9, "x"]))}
)
FEW_GRAPHQL = some({"maxDepth": st.just(5), "costs": st.just({"f": 5}), "ticks": st.booleans()})
REDACT = some(
    {
        "fields": st.lists(texts("user", "a.*.b", "**.c", "", "a.", "a..b") | JUNK, max_size=2),
        "patterns": st.lists(texts("[0-9]{16}", "(", "x*", "") | JUNK, max_size=2),
    }
)
INFERENCES = some(
    {
        "record": st.booleans(),
        "maxKb": NUMBERS,
        "retention": some({rule.key: NUMBERS for rule in RETENTION_RULES}),
        "redact": REDACT,
    }
)
INDEX = some(
    {
        "type": texts("auto", "sequential", "hnsw", "HNSW"),
        "quantization": texts("f32", "f16", "i8", ""),
        "options": some(
            {rule.key: NUMBERS for rule in (*OPTIONS, EF_CONSTRUCTION)}
            | {"maxLevels": NUMBERS | texts("x")}
        ),
    }
)
METHOD = some(
    {
        "embedder": texts("embed", ""),
        "distance": texts("dot", "cosine", "euclidean", "manhattan"),
        "index": INDEX,
    }
)
FEW_METHODS = st.fixed_dictionaries(
    {"embedder": texts("embed")}, optional={"index": st.just({"type": "hnsw"})}
)
COLLECTION = st.dictionaries(st.just("m") | NAMES, METHOD | FEW_METHODS, max_size=2).map(
    lambda methods: {"searchMethods": methods}
)
ORIGINS = st.lists(
    texts("https://a", "https://a.b:1", "http://[::1]:2", "https://a.", "a", "https://a/", "null")
    | JUNK,
    max_size=2,
)
NAME_LISTS = some(
    {
        "secrets": st.lists(texts("A", "a_1", "", "a-b", "A\n") | JUNK, max_size=2),
        "guestEnvironment": st.lists(texts("MODUS_ENV", "MODUS_", "PATH") | JUNK, max_size=2),
    }
)
ROOT = some(
    {"endpoints": st.just({}), "collections": st.just({}), "$schema": texts("x"), "cors": ORIGINS}
)


def one(section: str, entry: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    name = st.just("a") | NAMES
    return st.builds(lambda key, value: {section: {key: value}}, name, entry)


@pytest.mark.parametrize(
    "manifests",
    [
        pytest.param(one("endpoints", ENDPOINT | SERVED), id="endpoints"),
        pytest.param(one("models", MODEL | LOCAL_MODEL), id="models"),
        pytest.param(one("connections", CONNECTION | SQL), id="connections"),
        pytest.param(one("connections", HTTP), id="http"),
        pytest.param(one("connections", TRAFFIC), id="traffic"),
        pytest.param(one("connections", SQL_TRAFFIC), id="pool"),
        pytest.param(NAME_LISTS, id="names"),
        pytest.param(one("connections", DGRAPH | ONE_DGRAPH), id="dgraph"),
        pytest.param(one("connections", NEO4J), id="neo4j"),
        pytest.param(LIMITS.map(lambda limits: {"limits": limits}), id="limits"),
        pytest.param((GRAPHQL | FEW_GRAPHQL).map(lambda g: {"graphql": g}), id="graphql"),
        pytest.param(INFERENCES.map(lambda i: {"inferences": i}), id="inferences"),
        pytest.param(one("collections", COLLECTION | some({})), id="collections"),
        pytest.param(ORIGINS.map(lambda cors: {"cors": cors}), id="cors"),
        pytest.param(texts("masked", "Masked").map(lambda e: {"errors": e}), id="errors"),
        pytest.param(ROOT, id="root"),
    ],
)
def test_generated_manifests_agree(manifests: st.SearchStrategy[dict[str, Any]]) -> None:
    verdicts = set()

    @given(manifests)
    @settings(max_examples=250, deadline=None, database=None)
    def agree(manifest: dict[str, Any]) -> None:
        found = complaints(load(manifest))
        errors = [error.message for error in VALIDATOR.iter_errors(manifest)]
        assert bool(found) == bool(errors), (found, errors)
        verdicts.add(bool(errors))

    agree()
    assert verdicts == {True, False}  # else the generator is too good or too bad


def test_the_module_prints_the_schema() -> None:
    command = [sys.executable, "-m", "atoll.manifest"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout == schema_text()
