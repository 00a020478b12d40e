"""SQL databases: what statements become, and the types that rows are read as."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestFailure


class Database:
    def reset(self) -> None:
        self.calls: list[tuple[str, str, str, str]] = []
        self.answer: dict[str, Any] | None = {}

    def execute(self, connection: str, kind: str, statement: str, params: str) -> Any:
        self.calls.append((connection, kind, statement, params))
        return self.answer

    def rows(self, *rows: Any, **more: Any) -> None:
        self.answer = {"resultJson": json.dumps(rows, ensure_ascii=False), **more}


@pytest.fixture(scope="module")
def database() -> Database:
    return Database()


@pytest.fixture(autouse=True)
def fresh(database: Database) -> None:
    database.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, database: Database, request) -> Any:
    host = {"modus_sql_client.executeQuery": database.execute}
    return run_app("databases", release=request.param, host=host)


DONE = {"error": None, "rowsAffected": 0, "lastInsertId": 0}
NOBODY = {
    "id": 0, "name": "nobody", "isOld": False, "height": 0, "nick": "none", "home": None,
    "born": None, "tags": None,
}  # fmt: skip


async def test_a_statement_whose_rows_are_not_wanted(app, database: Database):
    database.answer = {"rowsAffected": 2**32 - 1, "lastInsertId": 2**64 - 1}
    response = await app.call("pgExecute", statement=" \n delete from people\t")
    assert response == {"error": None, "rowsAffected": 2**32 - 1, "lastInsertId": 2**64 - 1}
    await app.call("pgExecuteWith", id=-7)
    assert database.calls == [
        ("pg", "postgresql", "delete from people", "exec:[]"),
        ("pg", "postgresql", "delete from people where id = $1", "exec:[-7]"),
    ]


async def test_the_same_for_mysql(app, database: Database):
    database.answer = {"rowsAffected": 1, "lastInsertId": 2**53 + 1}
    assert (await app.call("myExecute", name="Ada"))["lastInsertId"] == 2**53 + 1
    assert await app.call("myExecuteBare") == 2**53 + 1
    assert database.calls == [
        ("my", "mysql", "insert into people (name) values (?)", 'exec:["Ada"]'),
        ("my", "mysql", "insert into people values ()", "exec:[]"),
    ]


async def test_queries_of_postgresql(app, database: Database):
    database.rows({"id": 1, "name": "Ada"}, rowsAffected=1)
    response = await app.call("pgQuery")
    rows = response.pop("rows")
    assert response == {**DONE, "rowsAffected": 1}
    assert [row["name"] for row in rows] == ["Ada"]
    assert len(await app.call("pgQueryWith", name='x "y"')) == 1
    database.rows({"count": 2**63 - 1})
    assert await app.call("pgScalar") == {**DONE, "value": 2**63 - 1}
    database.rows({"name": "n"})
    assert await app.call("pgScalarWith", id=1) == "n"
    assert database.calls == [
        ("pg", "postgresql", "select * from people", "[]"),
        ("pg", "postgresql", "select * from people where name = $1", '["x \\"y\\""]'),
        ("pg", "postgresql", "select count(*) from people", "[]"),
        ("pg", "postgresql", "select name", "[1]"),
    ]


async def test_queries_of_mysql(app, database: Database):
    database.rows({"id": 2}, rowsAffected=1, lastInsertId=5)
    response = await app.call("myQuery")
    rows = response.pop("rows")
    assert response == {**DONE, "rowsAffected": 1, "lastInsertId": 5}
    assert rows[0]["id"] == 2
    database.rows({"at": "POINT(1.5 -2)"})
    assert await app.call("myQueryWith", limit=1) == "(1.5,-2.0)"
    database.rows({"avg": 1.75})
    assert (await app.call("myScalar"))["value"] == 1.75
    database.rows({"is_old": 1})
    assert await app.call("myScalarWith", id=1) is True
    assert database.calls == [
        ("my", "mysql", "select * from people", "[]"),
        ("my", "mysql", "select at", "[1]"),
        ("my", "mysql", "select avg(height) from people", "[]"),
        ("my", "mysql", "select is_old", "[1]"),
    ]


async def test_parameters_keep_their_order_and_values(app):
    assert await app.call("params") == (
        "[][true,-128,255,-32768,65535,-2147483648,4294967295,-9223372036854775808,"
        '18446744073709551615,0.1,0.1,"a \\"b\\"\\n\\\\ ✨",null,null,"2020-01-02T03:04:05.678Z"]'
    )


async def test_bytes_are_base64(app):
    texts = json.loads(await app.call("binaryParams"))
    assert texts.pop() is None
    assert [base64.b64decode(text) for text in texts] == [b"any bytes?"] * 2 + [b"by", b""]


async def test_compound_parameters(app):
    assert await app.call("compoundParams") == (
        '["(1.5,-2.0)","(-0.125,51.5)",[1,2,3],["a","]"],[[1],[]],{"all":["x"]},{"k":0.5},'
        '{"raw": [1 ]},["(0.0,1.0)"]]'
    )


async def test_a_number_that_json_cannot_say_is_no_parameter(app):
    with pytest.raises(GuestFailure, match="A parameter must be a finite number"):
        await app.call("notFinite")


async def test_rows_into_classes(app, database: Database):
    full = {
        "is_old": True, "tags": {"all": ["}]", '"'], "later": [{}]}, "unknown": [{"]": "}"}, None],
        "id": -(2**63), "name": "Zoë ✨ \\ \" }]", "height": 1e-3, "nick": None,
        "home": "(-0.5,51.25)", "born": "2020-01-02T03:04:05.678Z",
    }  # fmt: skip
    database.rows(full, {}, dict.fromkeys(["name", "id", "home", "born", "tags", "is_old"]))
    first, *others = (await app.call("pgQuery"))["rows"]
    assert first == {
        "id": -(2**63), "name": "Zoë ✨ \\ \" }]", "isOld": True, "height": 0.001, "nick": None,
        "home": {"longitude": -0.5, "latitude": 51.25}, "born": "2020-01-02T03:04:05.678Z",
        "tags": {"all": ["}]", '"']},
    }  # fmt: skip
    assert others == [NOBODY, NOBODY]


async def test_rows_as_other_types(app, database: Database):
    row = {"a": "x", "b": "}"}
    database.rows(row, row)
    assert json.loads(await app.call("rows", type="raw")) == [row, row]
    assert json.loads(await app.call("rows", type="map")) == [row, row]


async def test_spaces_and_escapes_in_what_the_host_sends(app, database: Database):
    database.answer = {"resultJson": ' [ { "name" : "\\u00e9\\/\\ud83c\\udf89" } ,\n{ } ] '}
    rows = json.loads(await app.call("rows", type="class"))
    assert [row["name"] for row in rows] == ["é/🎉", "nobody"]


@pytest.mark.parametrize("text", [None, "null", "[]"])
async def test_no_rows(app, database: Database, text):
    database.answer = {"resultJson": text}
    assert (await app.call("pgQuery"))["rows"] == []
    with pytest.raises(GuestFailure, match="No results returned"):
        await app.call("pgScalar")


async def test_a_row_without_columns_has_no_first_value(app, database: Database):
    database.rows({})
    with pytest.raises(GuestFailure, match="No results returned"):
        await app.call("pgScalar")


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("i8", -128, "-128"),
        ("i32", 2**31 - 1, "2147483647"),
        ("i32", "5", "5"),
        ("i32", 3.0, "3"),
        ("u32", 2**32 - 1, "4294967295"),
        ("i64", -(2**63), "-9223372036854775808"),
        ("i64", "9007199254740993", "9007199254740993"),
        ("u64", 2**64 - 1, "18446744073709551615"),
        ("f32", 0.1, "0.1"),
        ("f64", -1.5e300, "-1.5e+300"),
        ("f64", "12.50", "12.5"),
        ("f64", 3, "3.0"),
        ("bool", True, "true"),
        ("bool", False, "false"),
        ("bool", 1, "true"),
        ("bool", 0, "false"),
        ("string", 'a "}]" ✨', '"a \\"}]\\" ✨"'),
        ("string", "", '""'),
        ("string?", None, "null"),
        ("string?", "null", '"null"'),
        ("date", "2020-01-02T03:04:05Z", '"2020-01-02T03:04:05.000Z"'),
        ("point", "(1,2)", '"(1.0,2.0)"'),
        ("class", {"all": ["]"]}, '{"all":["]"]}'),
        ("array", [1, -2], "[1,-2]"),
        ("raw", {"a": [1]}, '{"a": [1]}'),
        ("raw", None, "null"),
    ],
)
async def test_a_scalar_of_each_type(app, database: Database, type, value, expected):
    database.rows({"first": value, "second": "no"}, {"first": "no"})
    assert await app.call("scalar", type=type) == expected


@pytest.mark.parametrize(
    ("type", "value"),
    [("i32", None), ("i32", "five"), ("i32", True), ("f64", None), ("bool", "yes"), ("bool", 2),
     ("string", None), ("string", 1), ("point", "here"), ("class", []), ("array", {})],
)  # fmt: skip
async def test_a_scalar_of_another_type(app, database: Database, type, value):
    database.rows({"first": value})
    with pytest.raises(GuestFailure, match=r"Expected|not JSON"):
        await app.call("scalar", type=type)


async def test_an_error_of_the_database_is_logged_and_returned(app, database: Database):
    database.rows({"id": 1}, error="syntax ✨")
    assert (await app.call("pgExecute", statement="s"))["error"] == "syntax ✨"
    assert [level for level, line in app.logs if "syntax ✨" in line] == [ERROR]
    response = await app.call("pgQuery")
    assert response["error"] == "syntax ✨"
    assert len(response["rows"]) == 1
    assert [level for level, line in app.logs if "syntax ✨" in line] == [ERROR]


@pytest.mark.parametrize("function", ["pgQuery", "pgScalar", "myQuery", "myExecuteBare"])
async def test_no_response_is_an_error(app, database: Database, function):
    database.answer = None
    with pytest.raises(GuestFailure, match="Error performing database query"):
        await app.call(function)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1,2)", "1.0 2.0"),
        (" ( -1.5 , 2e3 ) ", "-1.5 2000.0"),
        ("POINT (1 2)", "1.0 2.0"),
        ("POINT(-1.5 0.25)", "-1.5 0.25"),
        ("point ( 1  2 )", "1.0 2.0"),
        ("(1x,2)", None),
        ("(1 2,3)", None),
        ("(1,Infinity)", None),
        ("", None),
        ("(1)", None),
        ("(1,2,3)", None),
        ("(a,b)", None),
        ("(,)", None),
        ("1,2", None),
        ("POINT (1,2)", None),
        ("POINT", None),
        ("LINE (1 2)", None),
    ],
)
async def test_texts_of_points(app, text, expected):
    assert await app.call("point", text=text) == expected
    assert await app.call("location", text=text) == expected


async def test_points_as_text_and_json(app):
    shown = ["(1.0,-0.5)", '"(1.0,-0.5)"'] * 2
    assert await app.call("pointText", a=1, b=-0.5) == shown
    assert await app.call("readPoint", text='"(3,4)"') == {"x": 3, "y": 4}
    location = {"longitude": 3, "latitude": 4}
    assert await app.call("readLocation", text='"POINT (3 4)"') == location
    for function in ("readPoint", "readLocation"):
        with pytest.raises(GuestFailure, match="Expected a"):
            await app.call(function, text='"nowhere"')


async def test_responses_can_be_written_as_literals(app):
    assert await app.call("literals") == 6
