"""Functions that ask models of all interfaces."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from atoll.sdk import ModelError, models
from atoll.sdk.models import anthropic, experimental, gemini, llama, responses


@dataclass
class Person:
    name: str
    age: int


@dataclass
class Failure:
    code: str
    message: str
    hint: str = ""


def weather(city: str) -> str:
    """The weather in a city."""
    return f"rain in {city}"


def chat(model: str, prompt: str) -> str:
    reply = models.get(model).chat([models.system("Be terse."), models.user(prompt)])
    return f"{reply.text} {reply.usage.total_tokens}"


def streamed(model: str, prompt: str) -> list[str]:
    return list(models.get(model).stream(prompt, max_tokens=50))


def tell(model: str, prompt: str) -> Iterator[str]:
    yield from models.get(model).stream(prompt)


def with_tools(model: str, question: str) -> str:
    return models.get(model).generate(question, tools=[weather])


def person(model: str, about: str) -> Person:
    return models.get(model).generate(about, as_=Person)


def embed(model: str, texts: list[str]) -> list[list[float]]:
    return [list(vector) for vector in models.get(model).embed(texts).vectors]


def embed_packed(model: str, text: str) -> list[float]:
    return list(models.get(model).embed(text, encoding_format="base64").vector)


def failure(model: str) -> Failure:
    try:
        reply = models.get(model).chat("Hi")
    except ModelError as error:
        return Failure(error.code, error.message, error.hint or "")
    return Failure("", reply.text)


def failure_of_stream(model: str) -> Failure:
    try:
        pieces = list(models.get(model).stream("Hi"))
    except ModelError as error:
        return Failure(error.code, error.details["text"])
    return Failure("", "".join(pieces))


def null_content(model: str) -> str:
    return models.get(model).chat("Hi").text


def length_of_stream(model: str) -> int:
    return sum(len(piece) for piece in models.get(model).stream("Hi"))


# In the providers' own forms.


def in_anthropic_s_form(model: str) -> list[str]:
    claude = anthropic.get(model)
    tool = {"name": "weather", "input_schema": {"type": "object"}}
    chat = [anthropic.user("Rain?")]
    asked = claude.create(chat, system="Be terse.", top_k=5, tools=[tool], extra={"new": 1})
    use = asked.tool_uses[0]
    chat += [asked.to_turn(), anthropic.user([anthropic.tool_result(use, "rain")])]
    reply = asyncio.run(claude.create_async(chat))
    events = [event["type"] for event in claude.stream("Hi")]
    return [
        *(str(asked.stop_reason), str(use.name), str(use.input["city"])),
        *(reply.text, reply.model, str(reply.usage.output_tokens), str(reply.extra["novel"])),
        *(events[0], events[-1]),
    ]


def in_gemini_s_form(model: str) -> list[str]:
    google = gemini.get(model)
    chat = [gemini.user("Rain?")]
    declared = [{"functionDeclarations": [{"name": "weather"}]}]
    asked = google.generate(
        chat,
        system_instruction="Be terse.",
        generation_config={"topK": 5},
        tools=declared,
        extra={"labels": {"a": "b"}},
    )
    call = asked.candidates[0].function_calls[0]
    told = gemini.function_response("weather", {"rain": True})
    chat += [asked.candidates[0].to_content(), gemini.user(told)]
    reply = asyncio.run(google.generate_async(chat))
    pieces = [piece.text for piece in google.stream("Hi")]
    return [
        *(str(asked.candidates[0].finish_reason), call["name"], call["args"]["city"]),
        *(reply.text, str(reply.usage.total_token_count), reply.extra["modelVersion"]),
        "|".join(pieces),
    ]


def in_llama_s_form(model: str) -> list[str]:
    meta = llama.get(model)
    reply = meta.generate("Once", max_gen_len=9, temperature=0.25)
    twin = asyncio.run(meta.generate_async("Once"))
    pieces = [piece.generation for piece in meta.stream("Hi")]
    return [reply.text, str(reply.stop_reason), str(twin.prompt_token_count), "|".join(pieces)]


def in_the_form_of_responses(model: str) -> list[str]:
    gpt = responses.get(model)
    tool = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
    chat = [responses.user("Rain?")]
    asked = gpt.create(chat, instructions="Be terse.", tools=[tool], store=False)
    call = asked.function_calls[0]
    chat += [*asked.to_input(), responses.function_output(call, {"rain": True})]
    reply = asyncio.run(gpt.create_async(chat))
    events = [event["type"] for event in gpt.stream("Hi")]
    return [
        *(str(asked.status), call.name, call.arguments()["city"]),
        *(reply.text, str(reply.usage.total_tokens), str(reply.extra["service_tier"])),
        *(events[0], events[-1]),
    ]


def classes(model: str, texts: list[str]) -> list[str]:
    found = experimental.classifier(model).classify(texts)
    return [
        f"{each.label} {each.confidence} {each.probabilities[1].label} {dict(each.extra)}"
        for each in found
    ]


def vectors(model: str, texts: list[str]) -> list[list[float]]:
    return experimental.embedder(model).embed(texts)
