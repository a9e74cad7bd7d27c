"""Files that Python's safetensors writes, reads and refuses, for the tests of this package.

Usage: python goldens/make.py

Writes files.json (files that Python wrote, and what is in them), refused.json (files that break the format, and the
error of Python, null where it reads them all the same) and halves.json (float16 and bfloat16 bits, and their values in
float32) beside itself. Bytes are in base64. Needs safetensors and numpy.
"""

import json
import pathlib

import numpy as np
import safetensors
from python_safetensors import described, refusal, text, write

HERE = pathlib.Path(__file__).parent
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1}
random = np.random.default_rng(0)


def save(name, **content):
    content = {"safetensors": safetensors.__version__, "numpy": np.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def tensor(dtype, *shape):
    size = SIZES[dtype] * int(np.prod(shape))
    return (dtype, shape, random.integers(0, 2 if dtype == "BOOL" else 256, size, dtype=np.uint8).tobytes())


def raw(header, data=b"", length=None):
    header = header if isinstance(header, bytes) else header.encode()
    return (len(header) if length is None else length).to_bytes(8, "little") + header + data


def entry(dtype="U8", shape="[2]", offsets="[0,2]", name='"a"'):
    return f'{name}:{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}'


files = {
    "every dtype": ({dtype.lower(): tensor(dtype, 2, 3) for dtype in SIZES}, {}),
    "every dtype, one element each, so that the last are at odd places": ({f"{i}": tensor(dtype, 1) for i, dtype in enumerate(SIZES)}, {}),
    "nothing": ({}, {}),
    "scalars and nothing in a shape": ({"scalar": tensor("F32"), "empty": tensor("I64", 0), "flat": tensor("F32", 3, 0, 2), "five": tensor("U8", 1, 2, 1, 2, 1)}, {}),
    "names in an order of their own": ({name: tensor("I16", 1) for name in ["b", "a", "a.10", "a.2", "Z", "10", "9", "", "é", "\uffee", "😀", "__proto__", "constructor", '"\\\n\x01\x7f\u2028/']}, {}),
    "metadata": ({"a": tensor("F32", 2)}, {"format": "pt"}),
    "metadata that need escapes": ({"a": tensor("F32", 2)}, {'é"\\/\b\f\n\r\t\x00\x1f\x7f\u2028😀': ""}),
    "a state dict": ({"0.weight": tensor("F32", 4, 3), "0.bias": tensor("F32", 4), "1.num_batches_tracked": tensor("I64")}, {"format": "pt"}),
}
for pad in range(8):
    files[f"a header with {pad} spaces"] = ({"a" * pad: tensor("U8", 3)}, {})
save("files", files=[{"title": title, **described(write(*content))} for title, content in files.items()])

whole = write({"a": tensor("F32", 4), "b": tensor("U8", 3)}, {})
broken = {
    "no byte": b"",
    "seven bytes": whole[:7],
    "a length alone": whole[:8],
    "half a header": whole[:40],
    "no data": whole[: -4 * 4 - 3],
    "one byte too few": whole[:-1],
    "one byte too many": whole + b"\0",
    "a header longer than the file": raw("{}", length=3),
    "a header of 2⁶⁴ − 1 bytes": raw("{}", length=2**64 - 1),
    "a header above the limit": raw("{}", length=100_000_001),
    "an empty header": raw(""),
    "a header of spaces": raw("  "),
    "no JSON": raw("{a}"),
    "JSON and more": raw("{}}"),
    "a byte of zero after the JSON": raw("{}\0"),
    "a list": raw("[]"),
    "a byte order mark": raw("\ufeff{}"),
    "no UTF-8": raw(b'{"\xff":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', b"ab"),
    "half a surrogate pair": raw("{" + entry(name='"\\ud800"') + "}", b"ab"),
    "a tensor that is a number": raw('{"a":1}'),
    "a tensor that is null": raw('{"a":null}'),
    "no dtype": raw('{"a":{"shape":[2],"data_offsets":[0,2]}}', b"ab"),
    "no shape": raw('{"a":{"dtype":"U8","data_offsets":[0,2]}}', b"ab"),
    "no offsets": raw('{"a":{"dtype":"U8","shape":[2]}}', b"ab"),
    "an unknown dtype": raw("{" + entry("U7") + "}", b"ab"),
    "a dtype in lower case": raw("{" + entry("u8") + "}", b"ab"),
    "a dtype that objects have": raw("{" + entry("constructor") + "}", b"ab"),
    "a negative size": raw("{" + entry(shape="[-2]") + "}", b"ab"),
    "two negative sizes": raw("{" + entry(shape="[-1,-2]") + "}", b"ab"),
    "minus zero": raw("{" + entry(shape="[-0]", offsets="[0,0]") + "}"),
    "a fraction": raw("{" + entry(shape="[1.5]") + "}", b"ab"),
    "a size in quotes": raw("{" + entry(shape='["2"]') + "}", b"ab"),
    "a shape that is a number": raw("{" + entry(shape="2") + "}", b"ab"),
    "a shape of null": raw("{" + entry(shape="null") + "}", b"ab"),
    "a product that overflows to 0": raw("{" + entry(shape="[4294967296,4294967296]", offsets="[0,0]") + "}"),
    "a product that overflows, times 0": raw("{" + entry(shape="[18446744073709551615,2,0]", offsets="[0,0]") + "}"),
    "bytes that overflow": raw("{" + entry("F64", "[2305843009213693952]", "[0,0]") + "}"),
    "one offset": raw("{" + entry(offsets="[2]") + "}", b"ab"),
    "three offsets": raw("{" + entry(offsets="[0,2,2]") + "}", b"ab"),
    "offsets that are negative": raw("{" + entry(offsets="[-2,0]") + "}", b"ab"),
    "offsets in reverse": raw("{" + entry(offsets="[2,0]") + "}", b"ab"),
    "offsets too near for the shape": raw("{" + entry(offsets="[0,1]") + "}", b"a"),
    "offsets too far for the shape": raw("{" + entry(offsets="[0,3]") + "}", b"abc"),
    "offsets beyond the data": raw("{" + entry() + "," + entry(name='"b"', offsets="[2,4]") + "}", b"abc"),
    "a gap at the start": raw("{" + entry(offsets="[1,3]") + "}", b"abc"),
    "a gap in the middle": raw("{" + entry() + "," + entry(name='"b"', offsets="[3,5]") + "}", b"abcde"),
    "an empty tensor out of place": raw("{" + entry() + "," + entry(name='"b"', shape="[0]", offsets="[5,5]") + "}", b"ab"),
    "an empty tensor within another": raw("{" + entry() + "," + entry(name='"b"', shape="[0]", offsets="[1,1]") + "}", b"ab"),
    "an overlap": raw("{" + entry() + "," + entry(name='"b"', offsets="[1,3]") + "}", b"abc"),
    "the same bytes twice": raw("{" + entry() + "," + entry(name='"b"') + "}", b"ab"),
    "metadata that are a list": raw('{"__metadata__":[]}'),
    "metadata that are a tensor": raw("{" + entry(name='"__metadata__"') + "}", b"ab"),
    "metadata that are numbers": raw('{"__metadata__":{"a":1}}'),
    "metadata that are null": raw('{"__metadata__":{"a":null}}'),
    "metadata twice": raw('{"__metadata__":{},"__metadata__":{}}'),
    # Files that Python reads although the format's description forbids them or JavaScript cannot verify them.
    "a space before the header": raw(" {}"),
    "a name twice": raw("{" + entry() + "," + entry(shape="[1,2]") + "}", b"ab"),
    "a name twice, once in escapes": raw("{" + entry() + "," + entry(name='"\\u0061"') + "}", b"ab"),
    "a metadata key twice": raw('{"__metadata__":{"k":"1","k":"2"}}'),
    "a tensor as a list": raw('{"a":["U8",[2],[0,2]]}', b"ab"),
    "a size that numbers cannot count": raw("{" + entry(shape="[0,9007199254740993]", offsets="[0,0]") + "}"),
    "a dtype that JavaScript cannot hold": raw("{" + entry("F8_E4M3") + "}", b"ab"),
    "a boolean that is 2": raw("{" + entry("BOOL") + "}", b"\1\2"),
}
save("refused", files=[{"title": title, "file": text(file), "error": refusal(file)} for title, file in broken.items()])

half = np.concatenate([np.arange(0, 2**16, 61), [0x8000, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00, 1, 0x3FF, 0x400, 0x3C00]]).astype(np.uint16)
save(
    "halves",
    F16={"bits": text(half.tobytes()), "values": text(half.view(np.float16).astype(np.float32).tobytes())},
    BF16={"bits": text(half.tobytes()), "values": text((half.astype(np.uint32) << 16).tobytes())},
)
