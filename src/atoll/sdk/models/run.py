"""A model that is asked until it has answered: it may ask for tools, and miss the form once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import NO_USAGE, Completion, Usage
from atoll.sdk.models.message import Message, SystemMessage, ToolCall, UserMessage
from atoll.sdk.models.structure import Structure, Unfit, shortened, structure_of
from atoll.sdk.models.tool import AnyTool
from atoll.sdk.models.toolbox import Toolbox, ToolResult

if TYPE_CHECKING:
    from atoll.sdk.models.model import Model, ModelInfo

T = TypeVar("T")

Said = Message | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of the model, and what came of the tools that it asked for."""

    completion: Completion
    results: Sequence[ToolResult] = ()


@dataclass(frozen=True, slots=True)
class Transcript(Generic[T]):
    """All that was said in a run."""

    value: T
    """What the model answered in the end: text, or a value of the type that was asked for."""
    messages: Sequence[Said]
    """The chat with its last answer: go on with it by ``[*transcript.messages, models.user(...)]``.
    """
    steps: Sequence[Step]
    pending: Sequence[ToolCall] = ()
    """Calls of tools that have no function: the run has ended for you to answer them."""

    @property
    def completion(self) -> Completion:
        """The last one."""
        return self.steps[-1].completion

    @property
    def text(self) -> str:
        return self.completion.text

    @property
    def usage(self) -> Usage:
        """Tokens of all steps together."""
        total = NO_USAGE
        for step in self.steps:
            used = step.completion.usage
            total = Usage(
                total.prompt_tokens + used.prompt_tokens,
                total.completion_tokens + used.completion_tokens,
                total.total_tokens + used.total_tokens,
            )
        return total


def ask(
    model: Model,
    prompt: str | Sequence[Said],
    kind: Any,
    tools: Sequence[AnyTool],
    max_steps: int,
    options: Mapping[str, Any],
) -> Transcript[Any]:
    """See ``Model.run``."""
    run = Run(model.info, prompt, kind, tools, max_steps, options)
    while not run.ended:
        if calls := run.take(model.chat(run.messages, **run.options)):
            run.give(run.toolbox.run(calls))
    return run.transcript()


async def ask_async(
    model: Model,
    prompt: str | Sequence[Said],
    kind: Any,
    tools: Sequence[AnyTool],
    max_steps: int,
    options: Mapping[str, Any],
) -> Transcript[Any]:
    run = Run(await model.info_async(), prompt, kind, tools, max_steps, options)
    while not run.ended:
        if calls := run.take(await model.chat_async(run.messages, **run.options)):
            run.give(await run.toolbox.run_async(calls))
    return run.transcript()


def value_of(transcript: Transcript[T]) -> T:
    """See ``Model.generate``. Raises ``ModelError`` if the run has not come to an answer."""
    if transcript.pending:
        name = transcript.pending[0].name
        raise ModelError(
            "TOOL_NOT_RUNNABLE",
            f"The model asked for the tool {name}, which has no function.",
            "Give it one (models.Tool(..., function=...)), or use Model.run and answer its "
            "`pending` calls.",
        )
    return transcript.value


class Run:
    """What is to be asked next, and when it is over. Asking is the caller's: it may be async."""

    def __init__(
        self,
        model: ModelInfo,
        prompt: str | Sequence[Said],
        kind: Any,
        tools: Sequence[AnyTool],
        max_steps: int,
        options: Mapping[str, Any],
    ) -> None:
        if max_steps < 1:
            raise ValueError("max_steps must be 1 at least")
        self._model = model.name
        self._interface = model.interface
        self._messages: list[Said] = (
            [UserMessage(prompt)] if isinstance(prompt, str) else list(prompt)
        )
        self._structure = None if kind is None or kind is str else structure_of(kind)
        self.toolbox = Toolbox(tools)
        self._max_steps = max_steps
        self._options = dict(options)
        self._steps: list[Step] = []
        self._asked_again = False
        self._told: set[tuple[str, str, str]] = set()
        self._has_repeated_itself = False
        """Whether it asked only for what it had been told: small models would go on for ever."""
        self._pending: Sequence[ToolCall] = ()
        self._value: Any = None
        self.ended = False

    @property
    def messages(self) -> Sequence[Said]:
        """Of the next request."""
        if self._structure is None or self._is_enforced(self._structure, self._uses_tools):
            return self._messages
        told = SystemMessage(self._structure.instruction)
        return [told, *self._messages]

    @property
    def options(self) -> dict[str, Any]:
        """Of the next request."""
        options = dict(self._options)
        if self._uses_tools:
            options["tools"] = self.toolbox.tools
            if self._has_repeated_itself:
                options["tool_choice"] = "none"
            elif self._steps and options.get("tool_choice") not in (None, "auto", "none"):
                del options["tool_choice"]  # it would be asked for again and again
        elif self.toolbox.tools:
            options.pop("tool_choice", None)
            options.pop("parallel_tool_calls", None)
        if self._structure is not None and self._is_enforced(self._structure, self._uses_tools):
            options["response_format"] = self._structure.response_format
        return options

    @property
    def _uses_tools(self) -> bool:
        if not self.toolbox.tools:
            return False
        # Where tools and a schema exclude each other, tools go first.
        return self._structure is None or not (
            self._asked_again and not self._is_enforced(self._structure, with_tools=True)
        )

    def _is_enforced(self, structure: Structure, with_tools: bool) -> bool:
        """Whether the provider sees to it that the answer fits; else the model is told in words."""
        match self._interface:
            case "llama":
                return False
            case "gemini":  # most of its models refuse to have both
                return not with_tools
            case "anthropic":
                return structure.is_plain
        return True

    def take(self, completion: Completion) -> Sequence[ToolCall]:
        """Go on with an answer: the calls to run, whose results ``give`` takes, if there are any.

        Raises ``ModelError``.
        """
        self._messages.append(completion.message.to_message())
        self._steps.append(Step(completion))
        calls = completion.tool_calls if self.toolbox.tools else ()
        if calls:
            if any(map(self.toolbox.is_for_caller, calls)):
                self._pending = calls
                self.ended = True
                return ()
            if len(self._steps) >= self._max_steps:
                raise self._step_limit(calls)
            return calls
        self._finish(completion)
        return ()

    def give(self, results: Sequence[ToolResult]) -> None:
        """What the tools gave."""
        self._steps[-1] = Step(self._steps[-1].completion, results)
        told = {(each.call.name, _normal(each.call.arguments), each.content) for each in results}
        self._has_repeated_itself = told <= self._told
        self._told |= told
        self._messages.extend(result.to_message() for result in results)

    def transcript(self) -> Transcript[Any]:
        return Transcript(self._value, self._messages, self._steps, self._pending)

    def _finish(self, completion: Completion) -> None:
        reply = completion.message
        if reply.refusal and not reply.content:
            raise ModelError(
                "MODEL_REFUSED",
                f"Model {self._model} refuses to answer.",
                None,
                {"text": shortened(reply.refusal)},
            )
        if self._structure is None:
            self._value = completion.text
        else:
            try:
                self._value = self._structure.read(completion.text)
            except Unfit as unfit:
                self._ask_again(self._structure, completion, str(unfit))
                return
        self.ended = True

    def _ask_again(self, structure: Structure, completion: Completion, reason: str) -> None:
        # An answer that was cut off would be cut off again.
        if self._asked_again or completion.choices[0].finish_reason == "length":
            raise structure.failure(self._model, completion, reason)
        self._asked_again = True
        self._messages.append(UserMessage(structure.repair(reason)))

    def _step_limit(self, calls: Sequence[ToolCall]) -> ModelError:
        names = ", ".join(call.name for call in calls)
        steps = "its only step" if self._max_steps == 1 else f"each of {self._max_steps} steps"
        return ModelError(
            "MODEL_STEP_LIMIT",
            f"Model {self._model} asked for tools in {steps} and gave no answer; "
            f"last it asked for {names}.",
            "Raise max_steps, or tell the model in the prompt when to stop.",
            {
                "steps": str(len(self._steps)),
                "calls": shortened(", ".join(f"{call.name}({call.arguments})" for call in calls)),
            },
        )


def _normal(arguments: str) -> str:
    """JSON text of the same meaning."""
    try:
        return json.dumps(json.loads(arguments), sort_keys=True)
    except (ValueError, RecursionError):
        return arguments
