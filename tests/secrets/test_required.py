from __future__ import annotations

from atoll.manifest import parse_manifest
from atoll.secrets import required_secrets


def test_every_template_of_every_connection_counts_once() -> None:
    manifest = parse_manifest(
        """{"connections": {
          "my-api": {"type": "http", "baseUrl": "https://a/",
            "headers": {"A": "{{KEY}}", "B": "Basic {{base64(U:P)}}", "C": "{{KEY}}"},
            "queryParameters": {"q": "{{Q}}"}},
          "db": {"type": "postgresql", "connString": "postgresql://{{U}}:{{P}}@h/d"},
          "graph": {"type": "dgraph", "grpcTarget": "{{TARGET}}", "key": "{{KEY}}"},
          "plain": {"type": "http", "baseUrl": "https://b/"},
          "neo": {"type": "neo4j", "dbUri": "{{URI}}", "username": "u", "password": "{{P}}"}
        }}"""
    )
    found = required_secrets(manifest)
    assert [secret.variable for secret in found] == [
        "MODUS_MY_API_KEY",
        "MODUS_MY_API_U",
        "MODUS_MY_API_P",
        "MODUS_MY_API_Q",
        "MODUS_DB_U",
        "MODUS_DB_P",
        "MODUS_GRAPH_TARGET",
        "MODUS_GRAPH_KEY",
        "MODUS_NEO_URI",
        "MODUS_NEO_P",
    ]
    assert (found[0].connection, found[0].name) == ("my-api", "KEY")
    assert str(found[0].location) == "modus.json:2:11"


def test_secrets_of_the_app_count_when_the_manifest_names_them() -> None:
    manifest = parse_manifest('{"secrets": ["STRIPE_KEY", "A"]}')
    assert [(s.variable, s.connection, s.name) for s in required_secrets(manifest)] == [
        ("MODUS_APP_A", None, "A"),
        ("MODUS_APP_STRIPE_KEY", None, "STRIPE_KEY"),
    ]
