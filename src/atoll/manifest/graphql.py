"""How the app's GraphQL API answers: what clients may ask for, and in which ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from atoll.manifest.jsonc import ObjectNode, ScalarNode
from atoll.manifest.limits import LimitRule, read_number, read_numbers
from atoll.manifest.problem import ProblemLog
from atoll.manifest.reader import ObjectReader, effective

FUNCTION_COST = 10
"""What calling a function costs, unless ``costs`` says otherwise."""
FIELD_COST = 1
"""What any other field costs."""


@dataclass(frozen=True, slots=True)
class GraphQLSettings:
    """The ``graphql`` section of a manifest, defaults filled in."""

    introspection: bool = True
    """Whether clients may ask for the schema."""
    max_depth: int = 32
    """Fields below each other."""
    max_tokens: int = 10_000
    """Words and signs of a query's text."""
    max_aliases: int = 100
    """Fields under another name in one operation, fragments counted wherever they are used."""
    max_root_fields: int = 50
    """Fields of one operation, hence function calls."""
    max_cost: int = 1_000
    """The sum of the costs of an operation's fields."""
    costs: Mapping[str, int] = field(default_factory=dict)
    """What calling a function costs, by the function's name; see FUNCTION_COST."""
    max_batch: int = 0
    """Requests that a client may send at once, as an array; 0 for no arrays."""
    persisted_queries: bool = True
    """Whether clients may send the hash of a query instead of its text."""
    compression: bool = True
    """Whether answers are compressed for clients that can take it."""
    ticks: bool = False
    """Whether the API has the subscription ``ticks``, with which clients can be tried out."""
    timings: bool = False
    """Whether answers say what each call asked of connections, and how long that took."""


MOST_COST = 1_000_000

RULES = (
    LimitRule("maxDepth", "max_depth", "", 1, 100),
    LimitRule("maxTokens", "max_tokens", "", 1, 100_000),
    LimitRule("maxAliases", "max_aliases", "", 0, 5_000),
    LimitRule("maxRootFields", "max_root_fields", "", 1, 5_000),
    LimitRule("maxCost", "max_cost", "", 1, MOST_COST),
    LimitRule("maxBatch", "max_batch", "", 0, 1_000),
)
SWITCHES = {
    "introspection": "introspection",
    "persistedQueries": "persisted_queries",
    "compression": "compression",
    "ticks": "ticks",
    "timings": "timings",
}
"""The attributes by the keys that are true or false."""


def read_graphql(section: ObjectNode, log: ProblemLog) -> GraphQLSettings:
    """The settings of the ``graphql`` section; it is our own, so every problem is an error."""
    reader = ObjectReader(section, '"graphql"', log, strict=True)
    numbers = {rule.attribute: int(value) for rule, value in read_numbers(RULES, reader, log)}
    switches = dict(_read_switches(reader))
    costs = reader.object("costs")
    reader.finish()
    return GraphQLSettings(
        **switches,
        **numbers,  # type: ignore[arg-type]  # RULES has the names
        costs={} if costs is None else dict(_read_costs(costs, log)),
    )


def _read_switches(reader: ObjectReader) -> Iterator[tuple[str, bool]]:
    for key, attribute in SWITCHES.items():
        node = reader.value(key)
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            yield attribute, node.value
        elif node is not None:
            reader.wrong_type(f'"{key}" of {reader.what}', "true or false", node)


def _read_costs(section: ObjectNode, log: ProblemLog) -> Iterator[tuple[str, int]]:
    for member in effective(section):
        rule = LimitRule(member.key, member.key, "", 0, MOST_COST)
        value = read_number(rule, member.value, '"costs"', log)
        if value is not None:
            yield member.key, int(value)
