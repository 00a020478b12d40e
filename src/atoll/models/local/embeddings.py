"""Embeddings by a local model, in the OpenAI form."""

from __future__ import annotations

import asyncio
import base64
import importlib
import struct
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from atoll.models.errors import ModelError
from atoll.models.local.request import bad_request, read_request

MAX_TOKENS = 256
"""Of a text; what comes after is not looked at. The model was trained on no more."""

MAX_TEXTS = 2048
"""In one request, as OpenAI has it."""

_MAX_CHARACTERS = 64 * MAX_TOKENS
"""Looked at before tokens are counted, so that a huge text costs no more than a long one."""

_TEXTS_PER_TURN = 8


class Encoder:
    """The model and its tokenizer: loaded once in a process, run on one thread of its own."""

    def __init__(self, name: str, directory: Path) -> None:
        self._name = name
        self._directory = directory
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="atoll-embeddings")
        self._loaded = False
        self._lock = threading.Lock()

    async def load(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def encode(self, texts: list[str]) -> tuple[list[bytes], int]:
        """Unit vectors as little-endian float32, and the number of tokens in all texts.

        Callers take turns after every few texts, so that a long list does not hold up a short one.
        """
        loop = asyncio.get_running_loop()
        vectors: list[bytes] = []
        tokens = 0
        for start in range(0, len(texts), _TEXTS_PER_TURN):
            turn = texts[start : start + _TEXTS_PER_TURN]
            for vector, count in await loop.run_in_executor(self._thread, self._encode, turn):
                vectors.append(vector)
                tokens += count
        return vectors, tokens

    def _load(self) -> None:
        if self._loaded:
            return
        try:
            runtime = importlib.import_module("onnxruntime")
            tokenizers = importlib.import_module("tokenizers")
            self._numpy = importlib.import_module("numpy")
            options = runtime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 4
            self._session = runtime.InferenceSession(
                str(self._directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = {item.name for item in self._session.get_inputs()}
            self._tokenizer = tokenizers.Tokenizer.from_file(
                str(self._directory / "tokenizer.json")
            )
        except Exception as error:
            raise ModelError(
                "LOCAL_MODEL_FAILED",
                f"local model [{self._name}] could not be loaded",
                f"its files may be damaged: run `atoll models install {self._name}`",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._loaded = True

    def _encode(self, texts: list[str]) -> list[tuple[bytes, int]]:
        self._load()
        # One by one: the weights are quantized at run time over what is computed together, so in
        # batches a text's vector would depend on its neighbours.
        return [self._encode_one(text) for text in texts]

    def _encode_one(self, text: str) -> tuple[bytes, int]:
        numpy = self._numpy
        encoding = self._tokenizer.encode(text[:_MAX_CHARACTERS])
        ids = numpy.array([encoding.ids], dtype=numpy.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": numpy.ones_like(ids),
            "token_type_ids": numpy.zeros_like(ids),
        }
        feed = {name: value for name, value in feed.items() if name in self._inputs}
        output = self._session.run(None, feed)[0]
        vector = output[0].mean(axis=0) if output.ndim == 3 else output[0]
        unit = vector / numpy.linalg.norm(vector)
        return unit.astype("<f4").tobytes(), len(encoding.ids)


class EmbeddingModel:
    """A local embedding model as one app uses it."""

    def __init__(self, name: str, encoder: Encoder) -> None:
        self._name = name
        self._encoder = encoder

    async def warm(self) -> None:
        await self._encoder.load()

    async def invoke(self, reported: str, body: bytes) -> str:
        """Embed the request's ``input``, a string or a list of strings.

        Raises:
            ModelError: the request is refused, or the model failed.
        """
        texts, as_base64 = self._read(body)
        vectors, tokens = await self._encoder.encode(texts)
        answer = {
            "object": "list",
            "model": reported,
            "data": [
                {
                    "object": "embedding",
                    "index": index,
                    "embedding": base64.b64encode(vector).decode()
                    if as_base64
                    else list(struct.unpack(f"<{len(vector) // 4}f", vector)),
                }
                for index, vector in enumerate(vectors)
            ],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
        return msgspec.json.encode(answer).decode()

    async def stream(self, reported: str, body: bytes) -> AsyncGenerator[str]:
        """The whole answer in one chunk; embeddings do not come in parts."""
        yield await self.invoke(reported, body)

    def _read(self, body: bytes) -> tuple[list[str], bool]:
        request = read_request(self._name, body)
        given = request.get("input")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise bad_request(self._name, '"input" must be a string or a list of strings')
        if not 1 <= len(texts) <= MAX_TEXTS:
            raise bad_request(self._name, f'"input" must hold between 1 and {MAX_TEXTS} texts')
        encoding = request.get("encoding_format") or "float"
        if encoding not in ("float", "base64"):
            raise bad_request(self._name, '"encoding_format" must be "float" or "base64"')
        if request.get("dimensions") not in (None, 384):
            raise bad_request(self._name, '"dimensions" must be 384, or left out')
        return texts, encoding == "base64"
