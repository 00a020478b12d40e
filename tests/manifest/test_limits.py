from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.manifest import LimitSettings, ManifestError, parse_manifest
from atoll.manifest.limits import RULES


def test_the_environment_overrides_the_file_and_flags_override_both() -> None:
    settings = LimitSettings(cpu_seconds=1, wall_seconds=2, log_kb=3)
    changed = settings.override(
        {"ATOLL_LIMIT_CPU_SECONDS": "5.5", "ATOLL_LIMIT_WALL_SECONDS": "6", "HOME": "/"},
        {"wallSeconds": "7"},
    )
    assert changed == LimitSettings(cpu_seconds=5.5, wall_seconds=7, log_kb=3)
    assert settings.cpu_seconds == 1


def test_every_limit_has_a_variable_and_a_flag() -> None:
    by_variable = LimitSettings().override({rule.variable: "2" for rule in RULES}, {})
    by_flag = LimitSettings().override({}, {rule.key: "2" for rule in RULES})
    assert by_variable == by_flag == LimitSettings(2, 2, 2, 2, 2, 2, 2, 2)
    assert by_flag.memory_bytes == 2 << 20
    assert by_flag.log_bytes == 2 << 10
    assert by_flag.payload_bytes == 2 << 20


def test_an_empty_variable_is_no_variable() -> None:
    assert LimitSettings().override({"ATOLL_LIMIT_CPU_SECONDS": ""}, {}) == LimitSettings()


@pytest.mark.parametrize(
    ("variables", "flags", "message", "hint"),
    [
        (
            {"ATOLL_LIMIT_CPU_SECONDS": "fast"},
            {},
            "environment variable ATOLL_LIMIT_CPU_SECONDS must be a number of seconds from 0.01 "
            "to 3600, not 'fast'.",
            None,
        ),
        (
            {"ATOLL_LIMIT_CPU": "1"},
            {},
            "environment variable ATOLL_LIMIT_CPU is not a limit.",
            'Did you mean "ATOLL_LIMIT_CPU_SECONDS"?',
        ),
        (
            {},
            {"cpuseconds": "1"},
            "--limit cpuseconds is not a limit.",
            'Did you mean "cpuSeconds"?',
        ),
        (
            {},
            {"memoryMb": "0"},
            "--limit memoryMb must be a whole number of MiB from 1 to 4096, not '0'.",
            None,
        ),
        (
            {},
            {"hostCalls": "1.5"},
            "--limit hostCalls must be a whole number from 1 to 10000, not '1.5'.",
            None,
        ),
    ],
)
def test_bad_overrides(
    variables: dict[str, str], flags: dict[str, str], message: str, hint: str | None
) -> None:
    with pytest.raises(ManifestError) as caught:
        LimitSettings().override(variables, flags)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.code == "INVALID_LIMIT"


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1_0", "\uff11", "1e3", "", " ", "0x10"])
def test_only_decimal_numbers_are_numbers(text: str) -> None:
    with pytest.raises(ManifestError):
        LimitSettings().override({}, {"cpuSeconds": text})


@given(st.sampled_from(RULES), st.integers(-10, 200_000) | st.floats(0, 10))
def test_file_and_flag_agree(rule: object, value: float) -> None:
    key = rule.key  # type: ignore[attr-defined]  # hypothesis types sampled_from loosely
    text = f"{value:f}" if isinstance(value, float) else str(value)
    verdicts = []
    for attempt in (
        lambda: parse_manifest(f'{{"limits": {{"{key}": {text}}}}}').limits,
        lambda: LimitSettings().override({}, {key: text}),
    ):
        try:
            verdicts.append(attempt())
        except ManifestError:
            verdicts.append(None)
    assert verdicts[0] == verdicts[1]


def test_the_edges_are_allowed() -> None:
    for rule in RULES:
        for value in (rule.minimum, rule.maximum):
            LimitSettings().override({}, {rule.key: f"{value:g}" if value < 1 else str(int(value))})
        with pytest.raises(ManifestError):
            LimitSettings().override({}, {rule.key: str(int(rule.maximum) + 1)})
