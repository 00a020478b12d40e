"""An ONNX model of texts with its tokenizer: loaded once in a process, on one thread of its own."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from atoll.models.errors import ModelError
from atoll.models.local.memory import require_memory
from atoll.models.local.source import Source, beside, read_json, unusable

DEFAULT_TOKENS = 256
"""Of a text, where nothing beside the model says; what comes after is not looked at."""
MOST_TOKENS = 512
"""Whatever the files say: the work grows with the square of it."""

_CHARACTERS_PER_TOKEN = 64
"""Looked at before tokens are counted, so that a huge text costs no more than a long one."""
_TEXTS_PER_TURN = 8
_LARGEST_BATCH = 16
_BATCH_TOKENS = 512
"""More than that together is not faster than one by one, and holds up others."""
_SAME = 1e-4
"""How far a text's output may move when others are computed beside it."""

_IDS, _MASK, _SEGMENTS = "input_ids", "attention_mask", "token_type_ids"
_OUTPUTS = ("sentence_embedding", "logits")
"""Taken when a model has several; else the first."""

Read = TypeVar("Read")


@dataclass(slots=True)
class _Text:
    """A text that waits to be computed."""

    text: str
    read: Callable[[Any], Any]
    done: Future[tuple[Any, int]] = field(default_factory=Future)


class TextModel:
    """Gives a model's output for texts; safe to use from any event loop.

    Texts of the same number of tokens, of whichever requests wait, are computed together when the
    model allows it: of sentences, two to three times as many a second. (Of MiniLM, 5.0 ms became
    2.1 ms for 6 tokens and 8.7 became 5.8 ms for 20; from 60 on there is no gain.) Padding is not
    used: it moves a text's output, and so does any neighbour where a model is quantized at run
    time over all that is computed together. Whether it is, is tried out when it is loaded.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="atoll-onnx")
        self._waiting: list[_Text] = []
        self._lock = threading.Lock()
        self._loaded = False
        self.most_tokens = DEFAULT_TOKENS

    async def load(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def outputs(
        self, texts: Sequence[str], read: Callable[[Any], Read]
    ) -> list[tuple[Read, int]]:
        """For each text what was read from its output, and how many tokens were looked at.

        Callers take turns after every few texts, so that a long list does not hold up a short one.

        Args:
            read: gets a text's part of the output, an array of numpy, on the model's thread.

        Raises:
            ModelError: the model could not be loaded, or failed; or ``read`` said so.
        """
        found: list[tuple[Read, int]] = []
        for start in range(0, len(texts), _TEXTS_PER_TURN):
            turn = [_Text(text, read) for text in texts[start : start + _TEXTS_PER_TURN]]
            with self._lock:
                self._waiting.extend(turn)
            self._thread.submit(self._work)
            try:
                found += await asyncio.gather(*(asyncio.wrap_future(each.done) for each in turn))
            finally:
                for each in turn:  # what nobody waits for any more is not computed
                    each.done.cancel()
        return found

    # On the model's own thread.

    def _work(self) -> None:
        """Compute all that waits at this moment; an earlier turn may have done it already."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        turn = [each for each in waiting if each.done.set_running_or_notify_cancel()]
        try:
            self._load()
            encoded = [self._encode(each.text) for each in turn]
            batches = self._batches(encoded)
        except Exception as error:
            self._fail(turn, error)
            return
        for batch in batches:
            self._compute([turn[index] for index in batch], [encoded[index] for index in batch])

    def _compute(self, texts: list[_Text], encoded: list[list[int]]) -> None:
        try:
            rows = self._run(encoded)
        except Exception as error:
            self._fail(texts, error)
            return
        for each, row, ids in zip(texts, rows, encoded, strict=True):
            try:
                each.done.set_result((each.read(row), len(ids)))
            except Exception as error:
                self._fail([each], error)

    def _fail(self, texts: list[_Text], error: Exception) -> None:
        failure = error if isinstance(error, ModelError) else self._failed()
        for each in texts:
            each.done.set_exception(failure)

    def _batches(self, encoded: list[list[int]]) -> list[list[int]]:
        """Which texts are computed together, by their places."""
        if not self._can_batch:
            return [[index] for index in range(len(encoded))]
        batches: list[list[int]] = []
        by_length: dict[int, list[int]] = {}
        for index, ids in enumerate(encoded):
            batch = by_length.get(len(ids))
            most = max(1, min(_LARGEST_BATCH, _BATCH_TOKENS // len(ids)))
            if batch is None or len(batch) >= most:
                batch = by_length[len(ids)] = []
                batches.append(batch)
            batch.append(index)
        return batches

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(
            text[: _CHARACTERS_PER_TOKEN * self.most_tokens]
        ).ids
        # An empty text without marks at its ends: a model needs something to look at.
        return ids or [0]

    def _run(self, texts: list[list[int]]) -> Any:
        numpy = self._numpy
        ids = numpy.array(texts, dtype=numpy.int64)
        given = {_IDS: ids, _MASK: numpy.ones_like(ids), _SEGMENTS: numpy.zeros_like(ids)}
        feed = {name: given[name].astype(kind) for name, kind in self._inputs.items()}
        return self._session.run([self._output], feed)[0]

    def _load(self) -> None:
        if self._loaded:
            return
        weights = self.source.weights
        # Beside the model itself, what it keeps in further files.
        sizes = [file.stat().st_size for file in _files(weights)]
        require_memory(self.source.name, sum(sizes))
        tokenizer = beside(weights, "tokenizer.json")
        if tokenizer is None:
            raise unusable(self.source.name, "has no tokenizer.json beside its .onnx file")
        try:
            self._open(weights, tokenizer)
        except Exception as error:
            raise ModelError(
                "LOCAL_MODEL_FAILED",
                f"local model [{self.source.name}] could not be loaded",
                f"its files may be damaged: {self.source.repair}",
            ) from error
        self._read_inputs()
        self.most_tokens = _most_tokens(self.source)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.most_tokens)
        self._can_batch = self._is_same_in_batches()
        self._loaded = True

    def _open(self, weights: Path, tokenizer: Path) -> None:
        runtime = importlib.import_module("onnxruntime")
        tokenizers = importlib.import_module("tokenizers")
        self._numpy = importlib.import_module("numpy")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = runtime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer))

    def _read_inputs(self) -> None:
        self._inputs = {item.name: item.type for item in self._session.get_inputs()}
        unknown = self._inputs.keys() - {_IDS, _MASK, _SEGMENTS}
        if unknown or _IDS not in self._inputs:
            told = ", ".join(self._inputs) or "none"
            raise unusable(
                self.source.name,
                f"has these inputs: {told}; Atoll gives {_IDS}, {_MASK} and {_SEGMENTS}",
            )
        numpy = self._numpy
        kinds = {"tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32}
        self._inputs = {name: kinds.get(kind, numpy.float32) for name, kind in self._inputs.items()}
        outputs = [item.name for item in self._session.get_outputs()]
        self._output = next((name for name in _OUTPUTS if name in outputs), outputs[0])

    def _is_same_in_batches(self) -> bool:
        """Try it: quantized at run time or made for one text at a time, it is not."""
        texts = [self._encode(text)[:4] for text in ("a b c d", "w x y z", "1 2 3 4")]
        shortest = min(map(len, texts))
        texts = [ids[:shortest] for ids in texts]
        try:
            together = self._run(texts)
            alone = self._numpy.concatenate([self._run([ids]) for ids in texts])
            return bool(together.shape == alone.shape and abs(together - alone).max() <= _SAME)
        except Exception:
            return False

    def _failed(self) -> ModelError:
        return ModelError(
            "LOCAL_MODEL_FAILED",
            f"local model [{self.source.name}] failed at a text",
            "see whether its tokenizer.json belongs to it, and whether memory is short",
        )


def _files(weights: Path) -> list[Path]:
    parts = ("*.safetensors", "*.onnx_data", "*.onnx.data")
    return [weights, *(file for part in parts for file in weights.parent.glob(part))]


def _most_tokens(source: Source) -> int:
    """By the files that come with a model; the first that says."""
    for file, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("config.json", "max_position_embeddings"),
    ):
        if found := beside(source.weights, file):
            settings = read_json(source.name, found)
            most = settings.get(key) if isinstance(settings, dict) else None
            if isinstance(most, int) and most > 0:
                return min(most, MOST_TOKENS)
    return DEFAULT_TOKENS
