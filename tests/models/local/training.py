"""A small classifier of sentences, trained here and written as ONNX: what a user would bring.

Words have vectors; a sentence's is their mean; one layer turns it into scores. Both are learnt by
gradient descent on the cross-entropy of the sentences below.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

LABELS = ("praise", "complaint", "question")
_OPENINGS = ("", "honestly ", "well ", "to be fair ", "i think ")
_SENTENCES = {
    "praise": (
        "the food was great",
        "we love this lovely place",
        "excellent service and kind people",
        "the best coffee in town",
        "what a wonderful evening",
    ),
    "complaint": (
        "the food was cold and bad",
        "we waited far too long",
        "terrible service and rude people",
        "the worst coffee in town",
        "the room was dirty and loud",
    ),
    "question": (
        "when do you open",
        "where can i park my car",
        "how much is a room",
        "do you have a table for two",
        "which coffee is this",
    ),
}
TRAINING = [
    (opening + sentence, label)
    for label, sentences in _SENTENCES.items()
    for sentence in sentences
    for opening in _OPENINGS
]
HELD_OUT = [
    ("excellent food and a lovely evening", "praise"),
    ("kind people and the best service", "praise"),
    ("the coffee was terrible and the table dirty", "complaint"),
    ("rude service and cold food", "complaint"),
    ("how do i park", "question"),
    ("where do you have a table", "question"),
]
"""Sentences that the model has not seen, of words that it has."""


def train(folder: Path, *, kind: type = numpy.int64, quantized: bool = False) -> Path:
    """Write ``model.onnx``, ``tokenizer.json`` and ``config.json``; returns the folder."""
    tokenizer = _tokenizer()
    words, weights, bias = _learn(tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    labels = {str(index): label for index, label in enumerate(LABELS)}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    onnx.save(_graph(words, weights, bias, kind, quantized), str(folder / "model.onnx"))
    return folder


def _tokenizer() -> Tokenizer:
    known = sorted({word for text, _ in TRAINING for word in text.split()})
    vocabulary = {"[UNK]": 0, **{word: index for index, word in enumerate(known, start=1)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def _learn(tokenizer: Tokenizer, size: int = 16, steps: int = 400, rate: float = 1.0) -> Any:
    chance = numpy.random.default_rng(0)
    count = tokenizer.get_vocab_size()
    words = chance.normal(0, 0.1, (count, size))
    weights = chance.normal(0, 0.1, (size, len(LABELS)))
    bias = numpy.zeros(len(LABELS))
    # How often each word is in each sentence, by its length: the mean as a product.
    shares = numpy.zeros((len(TRAINING), count))
    for row, (text, _) in zip(shares, TRAINING, strict=True):
        for word in (ids := tokenizer.encode(text).ids):
            row[word] += 1 / len(ids)
    wanted = numpy.eye(len(LABELS))[[LABELS.index(label) for _, label in TRAINING]]
    for _ in range(steps):
        means = shares @ words
        scores = means @ weights + bias
        powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
        wrong = (powers / powers.sum(axis=1, keepdims=True) - wanted) / len(TRAINING)
        words -= rate * 10 * shares.T @ (wrong @ weights.T)
        weights -= rate * means.T @ wrong
        bias -= rate * wrong.sum(axis=0)
    return words.astype("float32"), weights.astype("float32"), bias.astype("float32")


def _graph(words: Any, weights: Any, bias: Any, kind: type, quantized: bool) -> onnx.ModelProto:
    """With ``quantized``, scores are rounded by steps that depend on all texts of a batch."""
    number = {numpy.int64: TensorProto.INT64, numpy.int32: TensorProto.INT32}[kind]
    given = [
        helper.make_tensor_value_info(name, number, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["vectors"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weight"]),
        helper.make_node("Mul", ["vectors", "weight"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "second"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["weight", "second"], ["count"], keepdims=0),
        helper.make_node("Div", ["sum", "count"], ["mean"]),
    ]
    mean = "mean"
    if quantized:
        nodes += [
            helper.make_node("DynamicQuantizeLinear", ["mean"], ["rounded", "scale", "zero"]),
            helper.make_node("DequantizeLinear", ["rounded", "scale", "zero"], ["coarse"]),
        ]
        mean = "coarse"
    nodes.append(helper.make_node("Gemm", [mean, "weights", "bias"], ["logits"]))
    kept = {"words": words, "weights": weights, "bias": bias}
    kept |= {"last": numpy.array([-1]), "second": numpy.array([1])}
    graph = helper.make_graph(
        nodes,
        "classifier",
        given,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
        [numpy_helper.from_array(value, name) for name, value in kept.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
