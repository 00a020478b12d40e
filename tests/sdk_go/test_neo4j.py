"""neo4j: queries as the host gets them, and records as apps see them."""

from __future__ import annotations

import json

EXECUTE = "modus_neo4j_client.executeQuery"
NODE = '{"ElementId":"4:a:1","Labels":["Person"],"Props":{"age":42,"name":"Ann ✨"}}'
RELATIONSHIP = (
    '{"ElementId":"5:a:1","StartElementId":"4:a:1","EndElementId":"4:a:2","Type":"KNOWS",'
    '"Props":{}}'
)
COLUMNS = {
    "node": NODE,
    "bool": "true",
    "int": "9223372036854775807",
    "float": "0.5",
    "text": '"é\\n"',
    "time": '"2024-02-03T04:05:06.5Z"',
    "bytes": '"aGk="',
    "list": '[1,"a",null]',
    "map": '{"a":1.5}',
    "relationship": RELATIONSHIP,
    "path": f'{{"Nodes":[{NODE}],"Relationships":[{RELATIONSHIP}]}}',
    "point": '{"X":1,"Y":2.5,"SpatialRefId":4326}',
    "space": '{"X":1,"Y":2.5,"Z":-3,"SpatialRefId":4979}',
}


async def test_a_query(app, host):
    record = {"keys": ["n", "m"], "values": ['"é✨"', "1"]}
    answer = {"keys": ["n", "m"], "records": [record, None, {"keys": [], "values": None}]}
    host.answers[EXECUTE] = answer
    assert await app.call("neo4jQuery") == answer
    assert host.calls == [(EXECUTE, "social", "neo4j", "MATCH (n) RETURN n", "null")]


async def test_a_query_in_another_database(app, host):
    host.answers[EXECUTE] = {"keys": [], "records": []}
    assert await app.call("neo4jQueryIn", database="é") == {"keys": [], "records": []}
    [(_, connection, database, query, parameters)] = host.calls
    assert (connection, database, query) == ("social", "é", "RETURN $text")
    assert parameters == (
        '{"list":[1.5,null,true],"number":9007199254740992,"text":"<é>",'
        '"when":"1970-01-01T00:00:00Z"}'
    )


async def test_columns_of_every_type(app, host):
    record = {"keys": [*COLUMNS], "values": [*COLUMNS.values()]}
    host.answers[EXECUTE] = {"keys": [*COLUMNS], "records": [record]}
    node = "{4:a:1 [Person] map[age:42 name:Ann ✨]}"
    relationship = "{5:a:1 4:a:1 4:a:2 KNOWS map[]}"
    told = await app.call("neo4jValues")
    assert told[:17] == [
        "true",
        "9223372036854775807",
        "0.5",
        "é\n",
        "2024-02-03 04:05:06.5 +0000 UTC",
        "[104 105]",
        "[1 a <nil>]",
        "map[a:1.5]",
        relationship,
        f"{{[{node}] [{relationship}]}}",
        "Point{SpatialRefId=4326, X=1.000000, Y=2.500000}",
        "Point{SpatialRefId=4979, X=1.000000, Y=2.500000, Z=-3.000000}",
        "error: key not found in record",
        "Ann ✨",
        "42",
        "error: expected value to have type bool but found type float64",
        "error: key not found in node",
    ]
    whole, error, got = told[17:]
    assert json.loads(whole) == {key: json.loads(value) for key, value in COLUMNS.items()}
    assert list(json.loads(whole)) == list(COLUMNS)
    assert (error, got) == ("", f"{COLUMNS['text']}true {len(COLUMNS)}")


async def test_no_answer_is_an_error(app, host):
    host.answers[EXECUTE] = None
    assert await app.error("neo4jQuery") == "failed to execute the Neo4j query"


async def test_parameters_that_are_no_json_do_not_reach_the_host(app, host):
    error = await app.error("neo4jBadParameters")
    assert error.startswith("could not JSON serialize query parameters: ")
    assert host.calls == []
