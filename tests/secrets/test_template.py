from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.secrets.template import render_template, template_names

VALUES = {"A": "1", "B": "two", "E": "", "U": "user", "P": "pa:ss", "C D": "blank", "ü": "é"}


@pytest.mark.parametrize(
    ("template", "result", "names"),
    [
        ("", "", []),
        ("plain } { }} {{", "plain } { }} {{", []),
        ("{{A}}", "1", ["A"]),
        ("x{{ A }}y", "x1y", ["A"]),
        ("{{\t\n A\r\n}}", "1", ["A"]),
        ("{{A}}{{B}}-{{A}}", "1two-1", ["A", "B", "A"]),
        ("{{a}}", "", ["a"]),
        ("{{E}}", "", ["E"]),
        ("{{C D}}", "blank", ["C D"]),
        ("{{}}", "{{}}", []),
        ("{{ }}", "", [" "]),
        ("{{A", "{{A", []),
        ("{{A\nB}}", "{{A\nB}}", []),
        ("{{{A}}}", "}", ["{A"]),
        ("{{\u00a0A}}", "", ["\u00a0A"]),
        ("Basic {{base64(U:P)}}", "Basic dXNlcjpwYTpzcw==", ["U", "P"]),
        ("{{ base64(U:P) }}", "dXNlcjpwYTpzcw==", ["U", "P"]),
        ("{{base64(E:E)}}", "Og==", ["E", "E"]),
        ("{{base64(ü:A)}}", base64.b64encode("é:1".encode()).decode(), ["ü", "A"]),
        ("{{base64(U)}}", "", ["base64(U)"]),
        ("{{base64(:)}}", "", ["base64(:)"]),
        ("{{base64(U : P)}}", "", ["U ", " P"]),
        ("{{base64(U:X)}}", "", ["U", "X"]),
        ("{{base64(X:Y)}}", "", ["X", "Y"]),
        ("{{BASE64(U:P)}}", "", ["BASE64(U:P)"]),
    ],
)
def test_templates(template: str, result: str, names: list[str]) -> None:
    looked_up = []

    def lookup(name: str) -> str | None:
        looked_up.append(name)
        return VALUES.get(name)

    assert render_template(template, lookup) == result
    assert looked_up == names
    assert list(template_names(template)) == names


@given(st.text(alphabet="{}A: )(base64\n"))
def test_what_is_listed_is_what_is_looked_up(template: str) -> None:
    looked_up: list[str] = []
    render_template(template, looked_up.append)  # type: ignore[arg-type]  # None: all are missing
    assert tuple(looked_up) == template_names(template)


@given(st.text())
def test_values_are_not_searched_again(value: str) -> None:
    rendered = render_template("<{{A}}>", {"A": f"{{{{B}}}}{value}", "B": "no"}.get)
    assert rendered == f"<{{{{B}}}}{value}>"


def test_bytes_of_the_environment_survive() -> None:
    # os.environ holds a byte that is not UTF-8 as a lone surrogate.
    rendered = render_template("{{base64(U:P)}}", {"U": "\udcff", "P": "p"}.get)
    assert base64.b64decode(rendered) == b"\xff:p"
