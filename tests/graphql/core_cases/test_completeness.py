"""Each scenario of the original is told here, or it is said why not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).parent

EXCLUDED: dict[str, tuple[str, ...]] = {
    "There is no incremental delivery (@defer, @stream).": (
        "collect_fields.*",
        "computation.*",
        "defer.*",
        "executor_throwing_on_incremental.*",
        "incremental_executor.*",
        "incremental_publisher.*",
        "stream.*",
        "stream_item_queue.*",
        "work_queue.*",
        "*.raises_the_aborted_execution_error_while_incremental_result_is_pending",
        "*.does_not_wrap_aborts_after_the_initial_result",
        "*.errors_when_using_original_execute_with_schemas_including_experimental_*",
        "mutations.*_with_defer_*",
        "subscribe.*_returns_errors_with_defer",
        "subscribe.*_returns_errors_with_stream",
        "*.experimental_execute_incrementally_returns_a_result_with_the_error",
    ),
    "Guests have no unions and no interfaces, so there is no type to find out.": (
        "abstract.*",
        "union_interface.*",
        "cancellation.*.stops_resolving_*_after_aborting",
        "executor.*.completes_async_is_type_of_with_async_subfields",
        "executor.*.fails_when_is_type_of_check_is_not_met",
        "executor.*.uses_a_custom_type_resolver",
        "parallel.*.resolve_is_type_of_in_parallel",
        "parallel.*.cancel_type_resolver",
    ),
    "Guests have no input objects of which exactly one field is given.": ("oneof.*",),
    "Arguments of fragments are an experiment of graphql-core; here they are a syntax error.": (
        "variables.*.using_fragment_arguments.*",
        "variables.*.allows_custom_scalars_with_embedded_*fragment_variables",
    ),
    "A function gives the whole value of its field, as JSON: no field, item or attribute of it is"
    " resolved by itself, later, or from another kind of object.": (
        "cancellation.*.stops_the_execution_when_aborted_despite_a_hanging_item",
        "cancellation.*.stops_the_execution_when_aborted_despite_a_hanging_async_item",
        "cancellation.*.stops_the_execution_when_aborted_despite_a_hanging_iterator_no_close",
        "cancellation.*.stops_the_execution_when_aborted_during_nested_object_completion",
        "cancellation.*.stops_the_execution_when_aborted_during_object_field_completion",
        "cancellation.*.stops_the_execution_when_aborted_during_promised_list_item_completion",
        "cancellation.*.stops_late_sibling_object_completion_after_non_null_bubbling",
        "cancellation.*.ignores_async_iterator_return_*_after_aborting_list_completion",
        "lists.*.accepts_a_tuple_as_a_list_value",
        "lists.*.accepts_a_set_as_a_list_value",
        "lists.*.accepts_a_generator_as_a_list_value",
        "lists.*.accepts_a_custom_iterable_as_a_list_value",
        "lists.*.accepts_function_arguments_as_a_list_value",
        "lists.execute_handles_abrupt_completion_in_synchronous_iterables.*",
        "lists.execute_accepts_async_iterables_as_list_value.*",
        "nonnull.*.slower_nullable_after_non_nullable_nested_field",
        "parallel.*.cancel_lists",
        "parallel.*.cancel_async_iterators",
        "parallel.*.resolve_list_in_parallel",
        "resolve.*.default_function_accesses_attributes",
        "resolve.*.default_function_accesses_keys_of_chain_map",
        "subscribe.*.produces_a_payload_when_queried_fields_are_async",
        "subscribe.*.should_work_with_sync_resolve_function",
        "subscribe.*.should_work_with_async_resolve_function",
    ),
    "There is no root value, no context and no information for resolvers.": (
        "cancellation.*.provides_access_to_the_abort_signal_within_resolvers",
        "executor.*.provides_info_about_current_execution_state",
        "executor.*.threads_root_value_context_correctly",
        "resolve.*.default_function_passes_args_and_context",
    ),
    "Names of arguments inside of the guest are the matter of its codec.": (
        "resolve.*.transforms_*_using_out_names",
    ),
    "The classes, options and helpers of graphql-core's Python interface are not ours.": (
        "aborted_graphql_execution_error.*",
        "customize.*",
        "execution_result.*",
        "hooks.*",
        "map_async_iterable.*",
        "middleware.*",
        "executor.*.executes_the_root_selection_set_of_a_built_executor",
        "executor.*.uses_a_custom_field_resolver",
        "executor.*.memoizes_collect_subfields_results",
        "executor.*.retains_memoization_keys_until_execution_finishes",
        "subscribe.*.throws_for_legacy_execution_args_passed_to_create_source_event_stream",
        "subscribe.*.accepts_positional_arguments",
        "subscribe.*.maps_a_source_stream_with_a_custom_root_selection_set_executor",
        "subscribe.*.should_pass_through_unexpected_errors_thrown_in_subscribe",
        "too_deeply_nested_selections.*.create_source_event_stream_returns_a_result_with_the_error",
        "*.does_not_keep_the_frames_of_the_recursion_alive",
        "variables.*.checks_list_values_and_single_values_of_list_types",
        "variables.*.ignores_values_that_are_no_objects_for_input_object_types",
    ),
    "Execution is stopped by cancelling its task: there are no signals, reasons and results of"
    " what was stopped.": (
        "cancellation.abort_controller.*",
        "cancellation.abort_reason_traceback.*",
        "cancellation.*.stops_the_execution_when_aborted_during_completion_with_custom_error",
        "cancellation.*.stops_the_execution_when_aborted_before_cancellation_is_wired",
        "cancellation.*.stops_the_execution_when_aborted_with_a_custom_string_reason",
        "cancellation.*.stops_the_execution_when_aborted_with_proper_null_bubbling",
        "cancellation.*.stops_the_execution_when_aborted_pre_execute",
        "cancellation.*.stops_the_execution_when_aborted_prior_to_return_of_subscription",
        "cancellation.*.stops_the_execution_when_aborted_during_subscription",
        "cancellation.*.successfully_wraps_the_subscription",
        "cancellation.*.stops_the_execution_when_aborted_during_async_returned_subscription",
        "cancellation.*.suppresses_sibling_errors_after_a_non_null_error_bubbles",
        "cancellation.*.rejects_with_aborted_execution_error_while_initial_result_is_pending",
        "cancellation.*.raises_with_a_completed_result_in_the_atypical_internal_abort_case",
    ),
    "Every execution is a coroutine; there is no other way to ask.": (
        "executor.*.handles_sync_errors_combined_with_async_ones_in_async_context",
        "sync.*.execute_sync.*",
        "sync.*.graphql_sync.does_not_return_an_awaitable_for_sync_execution",
        "sync.*.graphql_sync.does_not_throw_if_not_encountering_*",
        "sync.*.graphql_sync.throws_if_encountering_*",
        "too_deeply_nested_selections.*.execute_sync_returns_a_result_with_the_error",
        "variables.*.execute_sync_returns_a_result_with_the_error",
        "variables.*.graphql_sync_returns_a_result_with_the_error",
        "subscribe.*.accepts_type_definition_with_async_subscribe_function",
    ),
    "There is no API of a faulty schema that could answer.": (
        "sync.*.reports_errors_raised_during_schema_validation",
    ),
    "JSON has no value that is there and undefined.": (
        "variables.*.treats_explicitly_undefined_variable_values_as_omitted",
        "variables.*.treats_explicit_undefined_values_as_omitted",
    ),
    "A source of events is part of Atoll, and typed: it gives an iterator, which nobody throws"
    " into.": (
        "subscribe.*.throws_an_error_if_subscribe_does_not_return_an_iterator",
        "subscribe.*.should_not_trigger_when_subscription_is_thrown",
        "subscribe.*.should_close_iterator_returned_by_async_iterable",
    ),
}
"""Patterns of the names of scenarios, by the reason why they are not told here."""


def scenarios() -> list[str]:
    """Of graphql-core 3.3.2, ``tests/execution``: file, groups and name, parted by dots."""
    lines = (HERE / "scenarios.txt").read_text("utf-8").splitlines()
    return [line.replace(": ", ".", 1) for line in lines]


def ports() -> list[str]:
    """The tests of this folder, in the same form; groups may be left out."""
    return [
        f"{file.stem.removeprefix('test_')}.{name}"
        for file in sorted(HERE.glob("test_*.py"))
        if file.name != Path(__file__).name
        for name in _tests(ast.parse(file.read_text("utf-8")).body)
    ]


def _tests(body: list[ast.stmt], *groups: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node.body, *groups, _snake(node.name.removeprefix("Test")))
        elif isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield ".".join((*groups, node.name.removeprefix("test_")))


def _snake(name: str) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()


def _is_of(port: str, scenario: str) -> bool:
    file, name = port.split(".", 1)
    return scenario.startswith(f"{file}.") and scenario.endswith(f".{name}")


def test_each_port_has_the_name_of_one_scenario() -> None:
    names = scenarios()
    for port in ports():
        assert len([name for name in names if _is_of(port, name)]) == 1, port


def test_each_scenario_is_ported_or_excluded() -> None:
    told = ports()
    patterns = [pattern for group in EXCLUDED.values() for pattern in group]
    for name in scenarios():
        ported = [port for port in told if _is_of(port, name)]
        excluded = [pattern for pattern in patterns if fnmatchcase(name, pattern)]
        assert len(ported) + len(excluded) == 1, (name, ported, excluded)


def test_nothing_is_excluded_in_vain() -> None:
    names = scenarios()
    for group in EXCLUDED.values():
        for pattern in group:
            assert any(fnmatchcase(name, pattern) for name in names), pattern
