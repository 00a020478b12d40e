"""Each limit of the manifest reaches what enforces it (the body's cap: tests/server)."""

from __future__ import annotations

from atoll.app.limits import call_limits, engine_config, execution_limits
from atoll.manifest import parse_manifest

TEXT = """{"limits": {"memoryMb": 3, "cpuSeconds": 0.5, "wallSeconds": 7.5, "logKb": 11,
  "payloadMb": 13, "hostCalls": 17, "concurrency": 19}}"""


def test_every_limit_arrives_in_its_unit():
    settings = parse_manifest(TEXT).limits
    execution, call, engine = (
        execution_limits(settings),
        call_limits(settings),
        engine_config(settings),
    )
    assert (execution.memory, execution.cpu, execution.wall) == (3 << 20, 0.5, 7.5)
    assert (call.log, call.payload, call.host_calls) == (11 << 10, 13 << 20, 17)
    assert (engine.concurrency, engine.max_memory) == (19, 3 << 20)
